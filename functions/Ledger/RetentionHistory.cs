using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Ledger;

/// <summary>
/// For how many days the backups of each datastore were kept, and since when: the ledger is guaranteed to know those whom its lowest value kept there.
/// In the requests table, a row for each value.
/// </summary>
public sealed class RetentionHistory(IAmazonDynamoDB dynamo, string table, TimeProvider time)
{
    private const string Since = "since#";

    /// <summary>Notes what the data map says, if it is not what it said last.</summary>
    public async Task RecordAsync(string datastore, int days, CancellationToken cancellation)
    {
        var last = await dynamo.QueryAsync(NewestFirst(datastore), cancellation);
        if (last.Items is [var row, ..] && row.NumberOf("days") == days) return;

        var now = time.GetUtcNow();
        var item = Items.Key(Partition(datastore), $"{Since}{Items.InstantText(now)}");
        item["since"] = Items.Instant(now);
        item["days"] = Items.Number(days);
        await dynamo.PutItemAsync(table, item, cancellation);
    }

    /// <summary>The lowest value that was in force at <paramref name="since"/> or later.</summary>
    /// <param name="since">How far back it matters: when the oldest backup that may exist was made.</param>
    /// <param name="days">What the data map says now, recorded or not.</param>
    public async Task<int> LowestSinceAsync(string datastore, DateTimeOffset since, int days, CancellationToken cancellation)
    {
        var lowest = days;
        var query = NewestFirst(datastore);
        do
        {
            var page = await dynamo.QueryAsync(query, cancellation);
            foreach (var row in page.Items ?? [])
            {
                lowest = Math.Min(lowest, (int)row.NumberOf("days"));

                // It was in force then, and what was before it no longer.
                if (row.RequiredInstant("since") <= since) return lowest;
            }

            query.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (query.ExclusiveStartKey is { Count: > 0 });

        return lowest;
    }

    /// <summary>Since when the datastore is registered, as far as this system saw; null when it did not see it yet.</summary>
    public async Task<DateTimeOffset?> BeganAsync(string datastore, CancellationToken cancellation)
    {
        var query = NewestFirst(datastore);
        query.ScanIndexForward = true;
        query.Limit = 1;
        return (await dynamo.QueryAsync(query, cancellation)).Items is [var first, ..] ? first.RequiredInstant("since") : null;
    }

    internal static string Partition(string datastore) => $"retention#{datastore}";

    private QueryRequest NewestFirst(string datastore) => new()
    {
        TableName = table,
        ConsistentRead = true,
        ScanIndexForward = false,
        KeyConditionExpression = "pk = :pk AND begins_with(sk, :since)",
        ExpressionAttributeValues = new() { [":pk"] = Items.Text(Partition(datastore)), [":since"] = Items.Text(Since) },
    };
}
