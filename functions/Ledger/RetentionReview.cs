using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Ledger;

/// <summary>
/// Sees to it that no entry expires before the last backup that may hold the person does. New entries are looked at once, since a request may have been planned with the
/// retention of another day; when the retention was raised, all are looked at again. What an invocation does not manage, the next goes on with.
/// </summary>
public sealed class RetentionReview(IAmazonDynamoDB dynamo, string table, ErasureLedger ledger, TimeProvider time)
{
    private const int PageSize = 500, EntriesAtOnce = 8;

    /// <summary>An entry may come into the index later than others that reached their state after it: so much is read twice.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromDays(1);

    /// <param name="state">Of the states whose entries expire: <see cref="LedgerStates.Verified"/>, or <see cref="LedgerStates.Open"/> for those closed unverified.</param>
    /// <returns>How many entries were extended.</returns>
    public async Task<int> RunAsync(string datastore, string state, int days, CancellationToken deadline)
    {
        var review = await ReadAsync(datastore, state, deadline);
        if (review is null || review.Days < days) review = new(days, null, null, time.GetUtcNow());
        else if (review.Position is null) review = review with { StartedAt = time.GetUtcNow() };
        review = review with { Days = days };

        var extended = 0;
        do
        {
            var page = await ledger.ReadPageAsync(datastore, state, review.From, review.Position, PageSize, deadline);
            var tooShort = page.Entries.Where(entry => entry.ExpiresAt < entry.KeptFrom.AddDays(days));
            await Parallel.ForEachAsync(tooShort, new ParallelOptions { MaxDegreeOfParallelism = EntriesAtOnce, CancellationToken = deadline }, async (entry, cancellation) =>
            {
                if (await ledger.ExtendToRetentionAsync(datastore, entry.RequestId, days, cancellation)) Interlocked.Increment(ref extended);
            });
            review = page.Next is { } next ? review with { Position = next } : review with { Position = null, From = review.StartedAt - Overlap };
            await WriteAsync(datastore, state, review, deadline);
        }
        while (review.Position is not null);

        return extended;
    }

    private async Task<Review?> ReadAsync(string datastore, string state, CancellationToken cancellation)
    {
        var answer = await dynamo.GetItemAsync(new GetItemRequest { TableName = table, Key = KeyOf(datastore, state), ConsistentRead = true }, cancellation);
        return answer.Item is { Count: > 0 } item
            ? new((int)item.NumberOf("days"), item.InstantOf("from"), item.TextOf("position"), item.RequiredInstant("startedAt"))
            : null;
    }

    private async Task WriteAsync(string datastore, string state, Review review, CancellationToken cancellation)
    {
        var item = KeyOf(datastore, state);
        item["days"] = Items.Number(review.Days);
        item["startedAt"] = Items.Instant(review.StartedAt);
        if (review.From is { } from) item["from"] = Items.Instant(from);
        if (review.Position is { } position) item["position"] = Items.Text(position);
        await dynamo.PutItemAsync(table, item, cancellation);
    }

    private static Dictionary<string, AttributeValue> KeyOf(string datastore, string state) =>
        Items.Key(RetentionHistory.Partition(datastore), $"review#{state}");

    /// <param name="Days">The retention that it holds entries against.</param>
    /// <param name="From">Entries that reached their state earlier were seen; null when none were.</param>
    /// <param name="Position">Where the pass goes on; null when none is under way.</param>
    /// <param name="StartedAt">When the pass began.</param>
    private sealed record Review(int Days, DateTimeOffset? From, string? Position, DateTimeOffset StartedAt);
}
