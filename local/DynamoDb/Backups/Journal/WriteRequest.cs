using System.Text.Json.Nodes;

namespace ServerlessGdpr.Local.DynamoDb.Backups.Journal;

/// <summary>Which tables a request is about, and which items it may change.</summary>
internal static class WriteRequest
{
    private static readonly string[] TransactionActions = ["Put", "Update", "Delete", "ConditionCheck", "Get"];

    public static bool IsWrite(string operation) => operation is "PutItem" or "UpdateItem" or "DeleteItem" or "BatchWriteItem" or "TransactWriteItems" || IsStatement(operation);

    public static bool IsRead(string operation) => operation is "GetItem" or "BatchGetItem" or "TransactGetItems" or "Query" or "Scan";

    /// <summary>PartiQL, whose tables and items only DynamoDB Local can tell.</summary>
    public static bool IsStatement(string operation) => operation is "ExecuteStatement" or "BatchExecuteStatement" or "ExecuteTransaction";

    /// <summary>The names or ARNs of the tables of a reading or writing request.</summary>
    public static IEnumerable<string> Tables(string operation, JsonObject request) => operation switch
    {
        "BatchWriteItem" or "BatchGetItem" => request["RequestItems"] is JsonObject tables ? tables.Select(table => table.Key) : [],
        "TransactWriteItems" or "TransactGetItems" => Actions(request).Select(action => action.Body["TableName"]?.ToString()).OfType<string>(),
        _ => request["TableName"]?.ToString() is { } table ? [table] : [],
    };

    /// <summary>The items that the request may change: each a key, or an item with its key.</summary>
    public static IEnumerable<(string Table, JsonObject Item)> Items(string operation, JsonObject request)
    {
        var items = operation switch
        {
            "BatchWriteItem" => request["RequestItems"]!.AsObject().SelectMany(table => table.Value!.AsArray()
                .Select(write => (table.Key, write!["PutRequest"]?["Item"] ?? write["DeleteRequest"]?["Key"]))),
            "TransactWriteItems" => Actions(request).Where(action => action.Name is not "ConditionCheck")
                .Select(action => (action.Body["TableName"]!.ToString(), action.Body["Item"] ?? action.Body["Key"])),
            _ => [(request["TableName"]!.ToString(), request["Item"] ?? request["Key"])],
        };
        return items.Where(item => item.Item2 is JsonObject).Select(item => (item.Item1, item.Item2!.AsObject()));
    }

    private static IEnumerable<(string Name, JsonObject Body)> Actions(JsonObject request) =>
        from action in request["TransactItems"] as JsonArray ?? []
        from name in TransactionActions
        where action?[name] is JsonObject
        select (name, action[name]!.AsObject());
}
