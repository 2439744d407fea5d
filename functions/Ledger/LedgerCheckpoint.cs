using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Ledger;

/// <summary>Where the scheduled check of the ledger goes on, in the requests table.</summary>
public sealed class LedgerCheckpoint(IAmazonDynamoDB dynamo, string table)
{
    /// <summary>Its partition key.</summary>
    public const string Partition = "ledger";

    private static Dictionary<string, AttributeValue> Key => Items.Key(Partition, "checkpoint");

    /// <returns>Null to begin anew.</returns>
    public async Task<string?> ReadAsync(CancellationToken cancellation)
    {
        var answer = await dynamo.GetItemAsync(new GetItemRequest { TableName = table, Key = Key, ConsistentRead = true }, cancellation);
        return answer.Item?.TextOf("continuation");
    }

    public Task WriteAsync(string? continuation, CancellationToken cancellation)
    {
        var item = Key;
        if (continuation is not null) item["continuation"] = Items.Text(continuation);
        return dynamo.PutItemAsync(table, item, cancellation);
    }
}
