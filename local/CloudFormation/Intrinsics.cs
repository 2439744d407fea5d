using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ServerlessGdpr.Local.CloudFormation;

/// <summary>The shapes of intrinsic functions.</summary>
internal static partial class Intrinsics
{
    /// <summary>An object with one member named <c>Ref</c> or <c>Fn::...</c>; null for everything else.</summary>
    public static (string Name, JsonNode? Argument)? Find(JsonObject node)
    {
        if (node.Count != 1) return null;
        var (name, argument) = node.First();
        return name == "Ref" || name.StartsWith("Fn::", StringComparison.Ordinal) ? (name, argument) : null;
    }

    /// <summary><c>[resource, attribute]</c> or <c>resource.attribute</c>.</summary>
    public static (string Resource, string Attribute)? Attribute(JsonNode? argument) => argument switch
    {
        JsonArray { Count: 2 } both when both[0] is JsonValue resource && both[1] is JsonValue attribute => (resource.ToString(), attribute.ToString()),
        JsonValue text when text.ToString().Split('.', 2) is [var resource, var attribute] => (resource, attribute),
        _ => null,
    };

    public static (string Template, JsonObject? Variables)? Substitution(JsonNode? argument) => argument switch
    {
        JsonArray { Count: 2 } both when both[0] is JsonValue template && both[1] is JsonObject variables => (template.ToString(), variables),
        JsonValue text => (text.ToString(), null),
        _ => null,
    };

    [GeneratedRegex(@"\$\{(?<name>[^}]*)\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    public static partial Regex Placeholder();
}
