using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Sqs;

/// <summary>Translates SQS's Query protocol (flattened lists, XML out) to and from the members of its JSON protocol.</summary>
internal static class SqsQuery
{
    public static readonly XNamespace Namespace = "http://queue.amazonaws.com/doc/2012-11-05/";

    private static readonly HashSet<string> PrefixedErrors = new(StringComparer.Ordinal)
    {
        "BatchEntryIdsNotDistinct", "BatchRequestTooLong", "EmptyBatchRequest", "InvalidBatchEntryId", "MessageNotInflight",
        "PurgeQueueInProgress", "TooManyEntriesInBatchRequest", "UnsupportedOperation",
    };

    /// <summary>The code that clients of the Query protocol know an error by.</summary>
    public static string ErrorCode(string code) => code switch
    {
        "QueueDoesNotExist" => "AWS.SimpleQueueService.NonExistentQueue",
        "QueueNameExists" => "QueueAlreadyExists",
        _ => PrefixedErrors.Contains(code) ? $"AWS.SimpleQueueService.{code}" : code,
    };

    public static JsonObject ToJson(IReadOnlyDictionary<string, string> parameters)
    {
        var tree = new JsonObject();
        foreach (var (path, value) in parameters)
        {
            var parts = path.Split('.');
            var node = tree;
            foreach (var part in parts[..^1]) node = node[part] as JsonObject ?? Add(node, part);
            node[parts[^1]] = value;
        }

        return Rename(tree);
    }

    public static Task WriteAsync(HttpContext context, string operation, JsonObject answer)
    {
        var result = answer.SelectMany(member => Elements(operation, member.Key, member.Value)).ToList();
        var hasResult = operation is not ("DeleteMessage" or "ChangeMessageVisibility" or "DeleteQueue" or "PurgeQueue" or "SetQueueAttributes");
        return QueryProtocol.WriteAsync(context, Namespace, operation, hasResult ? result : null);
    }

    private static JsonObject Add(JsonObject parent, string name)
    {
        var child = new JsonObject();
        parent[name] = child;
        return child;
    }

    private static JsonObject Rename(JsonObject request)
    {
        var renamed = new JsonObject();
        foreach (var (name, value) in request)
        {
            switch (name)
            {
                case "AttributeName" or "MessageAttributeName" or "MessageSystemAttributeName":
                    renamed[$"{name}s"] = new JsonArray([.. InOrder(value).Select(item => item.DeepClone())]);
                    break;
                case "Attribute" or "MessageAttribute":
                    renamed[$"{name}s"] = Map(value, "Name");
                    break;
                case "Tag":
                    renamed["tags"] = Map(value, "Key");
                    break;
                case var _ when name.EndsWith("BatchRequestEntry", StringComparison.Ordinal):
                    renamed["Entries"] = new JsonArray([.. InOrder(value).Select(entry => Rename((JsonObject)entry))]);
                    break;
                default:
                    renamed[name] = value?.DeepClone();
                    break;
            }
        }

        return renamed;
    }

    private static JsonObject Map(JsonNode? list, string key) =>
        new(InOrder(list).Select(item => KeyValuePair.Create(item[key]!.GetValue<string>(), item["Value"]?.DeepClone())));

    /// <summary>A list is numbered members: <c>Name.1</c>, <c>Name.2</c>.</summary>
    private static IEnumerable<JsonNode> InOrder(JsonNode? list) => list is JsonObject numbered
        ? numbered.OrderBy(pair => int.TryParse(pair.Key, out var number) ? number : int.MaxValue).Select(pair => pair.Value!)
        : throw new AwsError("MalformedQueryString", "A list has no numbered members.");

    private static IEnumerable<XElement> Elements(string operation, string name, JsonNode? value) => (name, value) switch
    {
        ("Attributes" or "MessageAttributes", JsonObject map) => map.Select(pair => new XElement(
            Namespace + name[..^1],
            new XElement(Namespace + "Name", pair.Key),
            pair.Value is JsonObject typed
                ? new XElement(Namespace + "Value", typed.SelectMany(member => Elements(operation, member.Key, member.Value)))
                : new XElement(Namespace + "Value", pair.Value!.ToString()))),
        ("Successful", JsonArray items) => Items($"{operation}ResultEntry", operation, items),
        ("Failed", JsonArray items) => Items("BatchResultErrorEntry", operation, items),
        (_, JsonArray items) => Items(name[..^1], operation, items),
        _ => [new XElement(Namespace + name, value!.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString())],
    };

    private static IEnumerable<XElement> Items(string element, string operation, JsonArray items) => items.Select(item => item is JsonObject members
        ? new XElement(Namespace + element, members.SelectMany(member => Elements(operation, member.Key, member.Value)))
        : new XElement(Namespace + element, item!.ToString()));
}
