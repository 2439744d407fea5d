using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.DynamoDb.Backups;

/// <summary>Reads and writes the items of tables beside all gates: the caller holds those that matter. Items are JSON text.</summary>
internal sealed class TableItems(DynamoDbLocalClient client)
{
    /// <summary>Of BatchWriteItem.</summary>
    private const int BatchLimit = 25;

    /// <summary>Of BatchGetItem.</summary>
    private const int ReadLimit = 100;

    /// <summary>Those of the items that exist, in no order.</summary>
    public async Task<IReadOnlyList<string>> GetAsync(string table, IEnumerable<JsonObject> keys, CancellationToken cancellation)
    {
        var items = new List<string>();
        foreach (var batch in keys.Chunk(ReadLimit))
        {
            var left = new JsonObject { [table] = new JsonObject { ["Keys"] = new JsonArray([.. batch.Select(key => key.DeepClone())]), ["ConsistentRead"] = true } };
            while (left.Count > 0)
            {
                var answer = await client.CallAsync("BatchGetItem", new JsonObject { ["RequestItems"] = left }, cancellation);
                items.AddRange(answer["Responses"]![table]!.AsArray().Select(item => item!.ToText()));
                left = answer["UnprocessedKeys"]?.DeepClone().AsObject() ?? [];
            }
        }

        return items;
    }

    public async Task<IReadOnlyList<string>> ScanAsync(string table, CancellationToken cancellation)
    {
        var items = new List<string>();
        var request = new JsonObject { ["TableName"] = table, ["ConsistentRead"] = true };
        while (true)
        {
            var page = await client.CallAsync("Scan", request, cancellation);
            items.AddRange(page["Items"]!.AsArray().Select(item => item!.ToText()));
            if (page["LastEvaluatedKey"] is not { } last) return items;
            request["ExclusiveStartKey"] = last.DeepClone();
        }
    }

    public async Task WriteAsync(string table, IEnumerable<string> items, CancellationToken cancellation)
    {
        foreach (var batch in items.Chunk(BatchLimit))
        {
            var writes = new JsonArray([.. batch.Select(item => new JsonObject { ["PutRequest"] = new JsonObject { ["Item"] = JsonNode.Parse(item) } })]);
            var left = new JsonObject { [table] = writes };
            while (left.Count > 0)
            {
                var answer = await client.CallAsync("BatchWriteItem", new JsonObject { ["RequestItems"] = left }, cancellation);
                left = answer["UnprocessedItems"]?.DeepClone().AsObject() ?? [];
            }
        }
    }
}
