using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Ledger;

/// <summary>The ledger's table as whoever compares it with its copies needs it.</summary>
public sealed class LedgerRevisions(IAmazonDynamoDB dynamo, string table)
{
    /// <summary>DynamoDB reads no more items at once.</summary>
    public const int Most = 100;

    /// <summary>The revision of each entry that is there. Strongly consistent.</summary>
    /// <param name="entries">Datastore and request; at most <see cref="Most"/>.</param>
    public async Task<IReadOnlyDictionary<(string Datastore, string RequestId), long>> ReadAsync(
        IReadOnlyCollection<(string Datastore, string RequestId)> entries, CancellationToken cancellation)
    {
        var found = new Dictionary<(string, string), long>();
        var wanted = new Dictionary<string, KeysAndAttributes>
        {
            [table] = new()
            {
                Keys = [.. entries.Select(entry => LedgerEntry.KeyOf(entry.Datastore, entry.RequestId))],
                ConsistentRead = true,
                ProjectionExpression = "datastore, requestId, revision",
            },
        };
        while (wanted is { Count: > 0 })
        {
            var answer = await dynamo.BatchGetItemAsync(new BatchGetItemRequest { RequestItems = wanted }, cancellation);
            if (answer.Responses?.GetValueOrDefault(table) is { } items)
                foreach (var item in items) found[(item.RequiredText("datastore"), item.RequiredText("requestId"))] = item.NumberOf("revision");
            wanted = answer.UnprocessedKeys;
        }

        return found;
    }

    /// <summary>Puts an entry back, unless the table has it in this revision or a newer one.</summary>
    public async Task<bool> TryRestoreAsync(LedgerEntry entry, CancellationToken cancellation)
    {
        try
        {
            await dynamo.PutItemAsync(
                new PutItemRequest
                {
                    TableName = table,
                    Item = entry.ToItem(),
                    ConditionExpression = "attribute_not_exists(pk) OR revision < :revision",
                    ExpressionAttributeValues = new() { [":revision"] = Items.Number(entry.Revision) },
                },
                cancellation);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
    }
}
