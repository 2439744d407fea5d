using System.Text;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.CloudFormation;

/// <summary>Replaces intrinsic functions by their values.</summary>
/// <param name="where">What is being resolved, as errors name it: stack and logical id.</param>
internal sealed class Resolver(string where, StackScope scope)
{
    /// <summary>The value of an object, without the members that are AWS::NoValue.</summary>
    public JsonObject ResolveObject(JsonObject members)
    {
        var resolved = new JsonObject();
        foreach (var (name, member) in members)
            if (TryResolve(member, out var value)) resolved[name] = value;
        return resolved;
    }

    public string ResolveText(JsonNode? node) => TryResolve(node, out var value) ? Text(value) : throw Error("AWS::NoValue stands where a value is needed.");

    /// <returns>False for AWS::NoValue.</returns>
    public bool TryResolve(JsonNode? node, out JsonNode? value)
    {
        value = null;
        switch (node)
        {
            case JsonObject function when Intrinsics.Find(function) is { } call:
                return TryCall(call.Name, call.Argument, out value);
            case JsonObject members:
                value = ResolveObject(members);
                return true;
            case JsonArray items:
                value = ResolveList(items);
                return true;
            case JsonValue text when text.TryGetValue<string>(out var content) && content.Contains("{{resolve:", StringComparison.Ordinal):
                throw Error($"the local cloud does not know dynamic references such as {content}.");
            default:
                value = node?.DeepClone();
                return true;
        }
    }

    private bool TryCall(string name, JsonNode? argument, out JsonNode? value)
    {
        if (name == "Ref" && argument?.ToString() == "AWS::NoValue")
        {
            value = null;
            return false;
        }

        if (name == "Fn::If")
        {
            var branches = List(name, argument, 3);
            return TryResolve(scope.Condition(branches[0]!.ToString(), where) ? branches[1] : branches[2], out value);
        }

        value = Call(name, argument);
        return true;
    }

    private JsonNode? Call(string name, JsonNode? argument) => name switch
    {
        "Ref" => scope.Ref(argument!.ToString(), where).DeepClone(),
        "Fn::GetAtt" => GetAttribute(argument),
        "Fn::Sub" => Substitute(argument),
        "Fn::Join" => Join(List(name, argument, 2)),
        "Fn::Select" => Select(List(name, argument, 2)),
        "Fn::Split" => Split(List(name, argument, 2)),
        "Fn::ImportValue" => scope.Import(ResolveText(argument), where),
        "Fn::Base64" => Convert.ToBase64String(Encoding.UTF8.GetBytes(ResolveText(argument))),
        "Fn::FindInMap" => scope.Map([.. List(name, argument, 3).Select(ResolveText)], where).DeepClone(),
        "Fn::ToJsonString" => TryResolve(argument, out var document) ? document!.ToText() : throw Error("Fn::ToJsonString of AWS::NoValue."),
        _ => throw Error($"the local cloud does not know the function {name}."),
    };

    private string GetAttribute(JsonNode? argument)
    {
        var (resource, attribute) = Intrinsics.Attribute(argument) ?? throw Error("Fn::GetAtt takes a logical id and an attribute.");
        return scope.Attribute(resource, attribute, where);
    }

    private string Substitute(JsonNode? argument)
    {
        var (template, variables) = Intrinsics.Substitution(argument) ?? throw Error("Fn::Sub takes a text, or a text and a map.");
        return Intrinsics.Placeholder().Replace(template, match =>
        {
            var name = match.Groups["name"].Value.Trim();
            if (name.StartsWith('!')) return $"${{{name[1..]}}}";
            if (variables?[name] is { } variable) return ResolveText(variable);
            return name.Split('.', 2) is [var resource, var attribute] ? scope.Attribute(resource, attribute, where) : Text(scope.Ref(name, where));
        });
    }

    private string Join(JsonArray arguments) =>
        string.Join(arguments[0]!.ToString(), Items(arguments[1]).Select(Text));

    private JsonNode? Select(JsonArray arguments)
    {
        var items = Items(arguments[1]);
        return int.TryParse(ResolveText(arguments[0]), out var index) && index >= 0 && index < items.Count
            ? items[index]?.DeepClone()
            : throw Error($"Fn::Select has no item {arguments[0]} in a list of {items.Count}.");
    }

    private JsonArray Split(JsonArray arguments) =>
        new([.. ResolveText(arguments[1]).Split(arguments[0]!.ToString()).Select(JsonNode (part) => part)]);

    private JsonArray Items(JsonNode? node) => TryResolve(node, out var value) && value is JsonArray items ? items : throw Error("a list is needed.");

    private JsonArray ResolveList(JsonArray items)
    {
        var resolved = new JsonArray();
        foreach (var item in items)
            if (TryResolve(item, out var value)) resolved.Add(value);
        return resolved;
    }

    private JsonArray List(string name, JsonNode? argument, int length) =>
        argument is JsonArray items && items.Count == length ? items : throw Error($"{name} takes a list of {length}.");

    private string Text(JsonNode? value) => value is JsonValue ? value.ToString() : throw Error("a text is needed.");

    private AwsError Error(string message) => new("ValidationError", $"{where}: {message}");
}
