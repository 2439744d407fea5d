using System.Text.Json.Nodes;

namespace ServerlessGdpr.Local.Iam.Requests;

internal enum UseKind
{
    Describe,
    Read,
    Write,
}

/// <param name="Action">Without the prefix.</param>
/// <param name="Items">Keys or whole items; for a query, the request itself.</param>
internal sealed record ItemUse(string Action, UseKind Kind, string Table, string? Index, IReadOnlyList<JsonObject> Items);

/// <summary>What a DynamoDB request does to which table.</summary>
internal static class ItemUses
{
    public static IEnumerable<ItemUse> Of(string operation, JsonObject request) => operation switch
    {
        "GetItem" => One(operation, UseKind.Read, request, "Key"),
        "PutItem" => One(operation, UseKind.Write, request, "Item"),
        "UpdateItem" or "DeleteItem" => One(operation, UseKind.Write, request, "Key"),
        "Query" => Table(operation, UseKind.Read, request, [request]),
        "Scan" => Table(operation, UseKind.Read, request, []),
        "BatchGetItem" => Tables(request).Select(table => new ItemUse(operation, UseKind.Read, table.Name, null, Objects(table.Content?["Keys"]))),
        "BatchWriteItem" => Tables(request).Select(table => new ItemUse(operation, UseKind.Write, table.Name, null, Written(table.Content))),
        "TransactWriteItems" => Objects(request["TransactItems"]).SelectMany(item => item).SelectMany(part => InTransaction(part.Key, part.Value)),
        "TransactGetItems" => Objects(request["TransactItems"]).SelectMany(item => item["Get"] is JsonObject get ? One("GetItem", UseKind.Read, get, "Key") : []),
        // PartiQL names its tables in a language of its own.
        "ExecuteStatement" or "BatchExecuteStatement" or "ExecuteTransaction" => [],
        _ => Table(operation, UseKind.Describe, request, []),
    };

    private static IEnumerable<ItemUse> InTransaction(string kind, JsonNode? part) => (kind, part) switch
    {
        ("Put", JsonObject put) => One("PutItem", UseKind.Write, put, "Item"),
        ("Update", JsonObject update) => One("UpdateItem", UseKind.Write, update, "Key"),
        ("Delete", JsonObject delete) => One("DeleteItem", UseKind.Write, delete, "Key"),
        ("ConditionCheck", JsonObject check) => One("ConditionCheckItem", UseKind.Read, check, "Key"),
        _ => [],
    };

    private static IEnumerable<ItemUse> One(string action, UseKind kind, JsonObject request, string member) => Table(action, kind, request, Objects(request[member]));

    private static IEnumerable<ItemUse> Table(string action, UseKind kind, JsonObject request, IReadOnlyList<JsonObject> items) =>
        request.Text("TableName") is { } table ? [new ItemUse(action, kind, table, request.Text("IndexName"), items)] : [];

    private static IEnumerable<(string Name, JsonNode? Content)> Tables(JsonObject request) =>
        (request["RequestItems"] as JsonObject ?? []).Select(table => (table.Key, table.Value));

    private static List<JsonObject> Written(JsonNode? requests) =>
        [.. Objects(requests).SelectMany(request => Objects(request["PutRequest"]?["Item"] ?? request["DeleteRequest"]?["Key"]))];

    private static List<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonArray items => [.. items.OfType<JsonObject>()],
        JsonObject item => [item],
        _ => [],
    };
}
