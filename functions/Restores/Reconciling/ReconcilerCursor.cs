using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Restores.Reconciling;

/// <summary>Until when restore jobs were seen, in the requests table.</summary>
public sealed class ReconcilerCursor(IAmazonDynamoDB dynamo, string table)
{
    /// <summary>Its partition key.</summary>
    public const string Partition = "reconciler";

    private static Dictionary<string, AttributeValue> Key => Items.Key(Partition, "cursor");

    /// <returns>Null before the first run.</returns>
    public async Task<DateTimeOffset?> ReadAsync(CancellationToken cancellation)
    {
        var answer = await dynamo.GetItemAsync(new GetItemRequest { TableName = table, Key = Key, ConsistentRead = true }, cancellation);
        return answer.Item?.InstantOf("seenUntil");
    }

    public Task WriteAsync(DateTimeOffset seenUntil, CancellationToken cancellation)
    {
        var item = Key;
        item["seenUntil"] = Items.Instant(seenUntil);
        return dynamo.PutItemAsync(table, item, cancellation);
    }
}
