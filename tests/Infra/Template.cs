using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessGdpr.Tests.Infra;

/// <summary>A synthesized template, with its intrinsic functions said in one line each: <c>Queue.Arn</c>, <c>VaultTable.Arn/index/by-state</c>.</summary>
public sealed class Template(Assembly assembly, JsonNode json)
{
    public IReadOnlyList<Resource> All { get; } = [.. json["Resources"]!.AsObject().Select(resource => new Resource(resource.Key, resource.Value!))];

    public IReadOnlyList<Resource> OfType(string type) => [.. All.Where(resource => resource.Type == type)];

    public Resource Find(string type, string idPrefix) =>
        OfType(type).Single(resource => resource.Id.StartsWith(idPrefix, StringComparison.Ordinal));

    /// <summary>Every statement of the policies attached to a role, and those inside it.</summary>
    public IReadOnlyList<Statement> StatementsOf(string role) =>
        [.. OfType("AWS::IAM::Policy")
            .Where(policy => policy["Roles"]!.AsArray().Select(Text).Contains(role))
            .SelectMany(policy => Statements(policy["PolicyDocument"]))];

    public IEnumerable<Statement> Statements(JsonNode? document) => document!["Statement"]!.AsArray().Select(statement => new Statement(
        statement!["Sid"]?.GetValue<string>(),
        statement["Effect"]!.GetValue<string>(),
        Texts(statement["Action"]),
        Texts(statement["Resource"]),
        Text(statement["Principal"]),
        Text(statement["Condition"])));

    public string Text(JsonNode? node) => node switch
    {
        null => "",
        JsonObject { Count: 1 } call when call["Ref"] is { } reference => reference.GetValue<string>(),
        JsonObject { Count: 1 } call when call["Fn::GetAtt"] is JsonArray parts => $"{parts[0]}.{parts[1]}",
        JsonObject { Count: 1 } call when call["Fn::ImportValue"] is { } export => assembly.Imported(export.GetValue<string>()),
        JsonObject { Count: 1 } call when call["Fn::Join"] is JsonArray join => string.Join(join[0]!.GetValue<string>(), join[1]!.AsArray().Select(Text)),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        JsonArray items => $"[{string.Join(", ", items.Select(Text))}]",
        JsonObject members => $"{{{string.Join(", ", members.Select(member => $"{member.Key}: {Text(member.Value)}"))}}}",
        _ => node.ToJsonString(),
    };

    public IReadOnlyList<string> Texts(JsonNode? node) => node is JsonArray items ? [.. items.Select(Text)] : node is null ? [] : [Text(node)];
}

public sealed record Resource(string Id, JsonNode Json)
{
    public string Type => Json[nameof(Type)]!.GetValue<string>();

    public string? DeletionPolicy => Json[nameof(DeletionPolicy)]?.GetValue<string>();

    public string? UpdateReplacePolicy => Json[nameof(UpdateReplacePolicy)]?.GetValue<string>();

    public JsonNode? this[string property] => Json["Properties"]?[property];
}

public sealed record Statement(string? Sid, string Effect, IReadOnlyList<string> Actions, IReadOnlyList<string> Resources, string Principal, string Condition);
