using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.CloudFormation;

/// <summary>Parameter values: given, or by default, or, for CDK's bootstrap version, the one this cloud answers with.</summary>
internal static partial class StackParameters
{
    /// <summary>Recent enough for every feature of the CDK library in use.</summary>
    private const string BootstrapVersion = "28";

    public static Dictionary<string, JsonNode> Resolve(string stack, JsonObject declared, IReadOnlyDictionary<string, string> given)
    {
        if (given.Keys.FirstOrDefault(name => !declared.ContainsKey(name)) is { } unknown)
            throw new AwsError("ValidationError", $"Stack {stack}: parameter {unknown} does not exist in the template.");
        return declared.ToDictionary(pair => pair.Key, pair => Value(stack, pair.Key, (JsonObject)pair.Value!, given.GetValueOrDefault(pair.Key)), StringComparer.Ordinal);
    }

    private static JsonNode Value(string stack, string name, JsonObject declaration, string? given)
    {
        var owner = $"Stack {stack}, parameter {name}";
        var reader = new PropertyReader(owner, declaration);
        reader.WithoutLocalEffect("Description", "NoEcho", "ConstraintDescription");
        var type = reader.GetRequiredString("Type");
        var value = given ?? reader.GetString("Default") ?? throw new AwsError("ValidationError", $"{owner} has neither a value nor a default.");
        var allowed = reader.GetStrings("AllowedValues");
        var pattern = reader.GetString("AllowedPattern");
        reader.RefuseOthers();

        if (type == "AWS::SSM::Parameter::Value<String>" && BootstrapPath().IsMatch(value)) return BootstrapVersion;
        if (allowed.Count > 0 && !allowed.Contains(value)) throw reader.Invalid("the value", $"one of {string.Join(", ", allowed)}");
        if (pattern is not null && !Regex.IsMatch(value, $"^(?:{pattern})$", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1))) throw reader.Invalid("the value", $"of the form {pattern}");
        return type switch
        {
            "String" or "Number" => value,
            "CommaDelimitedList" => new JsonArray([.. value.Split(',').Select(JsonNode (part) => part.Trim())]),
            _ => throw new AwsError("ValidationError", $"{owner}: the local cloud does not know the type {type}."),
        };
    }

    [GeneratedRegex("^/cdk-bootstrap/[a-z0-9]+/version$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BootstrapPath();
}
