using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessGdpr.Tests.Support;
using Shouldly;

namespace ServerlessGdpr.Tests.Local.StepFunctions;

/// <summary>A service's API as AWS itself describes it: the types of its SDK for JavaScript, whose members have the names of the wire.</summary>
internal sealed partial class AwsModel
{
    private readonly Dictionary<string, Dictionary<string, AwsMember>> shapes;

    private AwsModel(string text)
    {
        shapes = Shapes().Matches(text).GroupBy(shape => shape.Groups["name"].Value, StringComparer.Ordinal).ToDictionary(
            shape => shape.Key,
            shape => Members().Matches(shape.First().Groups["body"].Value).ToDictionary(
                member => member.Groups["name"].Value,
                member => new AwsMember(member.Groups["type"].Value.Trim(), !member.Groups["optional"].Success),
                StringComparer.Ordinal),
            StringComparer.Ordinal);
        Errors = Classes().Matches(text).Select(error => error.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        Values = Literals().Matches(text).Select(value => value.Groups["value"].Value).ToHashSet(StringComparer.Ordinal);
    }

    public IReadOnlySet<string> Errors { get; }

    /// <summary>The values of all enumerations.</summary>
    public IReadOnlySet<string> Values { get; }

    /// <param name="service">As the SDK's package names it, for example <c>sfn</c>.</param>
    public static AwsModel Of(string service) => new(Comments().Replace(
        string.Join('\n', Directory.EnumerateFiles(Repository.PathOf("node_modules", "@aws-sdk", $"client-{service}", "dist-types", "models"), "*.d.ts").Select(File.ReadAllText)), ""));

    public IReadOnlyDictionary<string, AwsMember> Request(string operation) => shapes.GetValueOrDefault(operation + "Input") ?? shapes[operation + "Request"];

    /// <summary>Has all members that the shape requires, and none that it does not know.</summary>
    public void Check(JsonObject json, string shape)
    {
        var members = shapes[shape];
        json.Select(member => member.Key).ShouldBeSubsetOf(members.Keys, shape);
        members.Where(member => member.Value.Required).Select(member => member.Key).ShouldBeSubsetOf(json.Select(member => member.Key), shape);
        foreach (var (name, value) in json) Check(value!, members[name].Type, $"{shape}.{name}");
    }

    private void Check(JsonNode value, string type, string where)
    {
        if (value is JsonArray items)
        {
            type.ShouldEndWith("[]", Case.Sensitive, where);
            foreach (var item in items) Check(item!, type[..^2], where);
        }
        else if (value is JsonObject child)
        {
            Check(child, type);
        }
        else
        {
            var expected = type switch
            {
                "number" or "Date" => [JsonValueKind.Number],
                "boolean" => (JsonValueKind[])[JsonValueKind.True, JsonValueKind.False],
                _ => [JsonValueKind.String],
            };
            value.GetValueKind().ShouldBeOneOf(expected, where);
        }
    }

    [GeneratedRegex(@"/\*.*?\*/", RegexOptions.Singleline, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Comments();

    [GeneratedRegex(@"^export interface (?<name>\w+)[^{]*\{(?<body>.*?)^\}", RegexOptions.Singleline | RegexOptions.Multiline, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Shapes();

    [GeneratedRegex(@"^ +(?<name>\w+)(?<optional>\?)?: (?<type>[^|;]+)", RegexOptions.Multiline, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Members();

    [GeneratedRegex(@"^export declare class (?<name>\w+)", RegexOptions.Multiline, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Classes();

    [GeneratedRegex(@"readonly \w+: ""(?<value>[^""]+)""", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Literals();
}

/// <param name="Type">The shape's name, or a type of the language.</param>
internal sealed record AwsMember(string Type, bool Required);
