using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ServerlessGdpr.Infra.Constructs;

/// <summary>
/// A workflow in Amazon States Language with its placeholders filled in. A placeholder is a whole string, <c>"${Name}"</c>;
/// its value is an ARN, or an object.
/// </summary>
internal static partial class WorkflowDefinition
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="SetupError">A placeholder without a value, or a value without a placeholder.</exception>
    public static string Fill(string asl, IReadOnlyDictionary<string, JsonNode> values)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        var definition = Replace(JsonNode.Parse(asl), values, used);
        if (values.Keys.Where(name => !used.Contains(name)).Order(StringComparer.Ordinal).ToArray() is { Length: > 0 } unused)
            throw new SetupError($"The workflow has no placeholder for: {string.Join(", ", unused)}.");
        return definition!.ToJsonString(Compact);
    }

    private static JsonNode? Replace(JsonNode? node, IReadOnlyDictionary<string, JsonNode> values, HashSet<string> used) => node switch
    {
        JsonObject parent => new JsonObject(parent.Select(child => KeyValuePair.Create(child.Key, Replace(child.Value, values, used)))),
        JsonArray items => new JsonArray([.. items.Select(item => Replace(item, values, used))]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String && Placeholder().Match(value.GetValue<string>()) is { Success: true } match =>
            Value(match.Groups["name"].Value, values, used),
        _ => node?.DeepClone(),
    };

    private static JsonNode Value(string name, IReadOnlyDictionary<string, JsonNode> values, HashSet<string> used)
    {
        used.Add(name);
        return values.TryGetValue(name, out var value)
            ? value.DeepClone()
            : throw new SetupError($"The workflow has a placeholder ${{{name}}} that nothing fills.");
    }

    [GeneratedRegex(@"^\$\{(?<name>[A-Za-z]+)\}$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Placeholder();
}
