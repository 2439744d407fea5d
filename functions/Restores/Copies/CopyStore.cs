using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Restores.Copies;

/// <summary>The restored copies of the registered datastores, in the requests table. Every read is strongly consistent; every write may be repeated.</summary>
/// <param name="datastores">The datastores of the data map.</param>
public sealed class CopyStore(IAmazonDynamoDB dynamo, string table, IReadOnlyList<string> datastores) : ICopies
{
    /// <summary>
    /// From now on the copy is treated as registered. One that is there already keeps the earliest <see cref="RestoredCopy.RegisteredAt"/>, and takes over a lower
    /// <see cref="RestoredCopy.EffectiveAsOf"/>, null being the lowest. Unless it says that its restore is clean, the copy is not, until that restore is.
    /// </summary>
    public async Task RegisterAsync(RestoredCopy copy, CancellationToken cancellation)
    {
        if (await PutAsync(copy, cancellation)) return;

        // Each of these moves in one direction only, so that registrations may come in any order.
        await RegisterEarlierAsync(copy, cancellation);
        await LowerAsOfAsync(copy, cancellation);
        await TakeOverAsync(copy, cancellation);
        await UpdateAsync(KeyOf(copy), "REMOVE removedAt, expiresAt", "attribute_exists(removedAt)", null, cancellation);
        if (copy.CleanAt is null) await ReopenAsync(copy.Datastore, copy.Arn, copy.ResourceId, copy.RestoreId, cancellation);
    }

    /// <summary>One of the restores into a copy was declared clean; the copy is when all of them are. A copy that is not registered stays so.</summary>
    public async Task SetCleanAsync(string datastore, string arn, string? resourceId, string restoreId, DateTimeOffset cleanAt, CancellationToken cancellation)
    {
        var key = RestoredCopy.KeyOf(datastore, arn, resourceId);

        // The last of them counts, whichever writes last; and it is there before nothing hides it any more.
        await UpdateAsync(
            key, "SET cleanAt = :at", "attribute_exists(pk) AND (attribute_not_exists(cleanAt) OR cleanAt < :at)", new() { [":at"] = Items.Instant(cleanAt) }, cancellation);
        await UpdateAsync(key, $"DELETE {RestoredCopy.Unclean} :id", "attribute_exists(pk)", SetOf(restoreId), cancellation);
    }

    /// <summary>A restore into a copy is not clean, or no longer. A copy that is not registered stays so.</summary>
    public async Task ReopenAsync(string datastore, string arn, string? resourceId, string restoreId, CancellationToken cancellation)
    {
        var key = RestoredCopy.KeyOf(datastore, arn, resourceId);
        await UpdateAsync(key, $"ADD {RestoredCopy.Unclean} :id", "attribute_exists(pk)", SetOf(restoreId), cancellation);

        // Its last backup is still to be taken.
        await UpdateAsync(key, "REMOVE expiresAt", $"attribute_exists({RestoredCopy.InPlace})", null, cancellation);
    }

    /// <summary>The restores that made a resource, or were made into a copy, and were not declared clean, of whichever datastore.</summary>
    public async Task<IReadOnlyList<string>> UncleanAsync(string arn, CancellationToken cancellation) =>
        [.. (await ItemsAtAsync(arn, cancellation)).Where(item => !item.ContainsKey(RestoredCopy.InPlace)).SelectMany(RestoredCopy.UncleanOf).Distinct(StringComparer.Ordinal)];

    /// <summary>AWS said that the resource is deleted, or an operator released it. A restore of its backups is still recognised.</summary>
    /// <param name="expiresAt">When the last backup of it ages out and the row may go; null where backups of it may yet be taken, or nobody knows for how long they are kept.</param>
    public Task RemoveAsync(string datastore, string arn, string? resourceId, DateTimeOffset removedAt, DateTimeOffset? expiresAt, CancellationToken cancellation)
    {
        var (update, values) = ("SET removedAt = :at", new Dictionary<string, AttributeValue> { [":at"] = Items.Instant(removedAt) });
        if (expiresAt is { } expiry) (update, values[":expiry"]) = (update + ", expiresAt = :expiry", Expiry(expiry));
        return UpdateAsync(RestoredCopy.KeyOf(datastore, arn, resourceId), update, "attribute_exists(pk) AND attribute_not_exists(removedAt)", values, cancellation);
    }

    /// <summary>
    /// Backups of the datastore are kept for so long now: what was removed stays known for as long, if that is longer than before; and so does what was restored in place,
    /// from when it was clean.
    /// </summary>
    public async Task KeepRemovedAsync(string datastore, TimeSpan retention, CancellationToken cancellation)
    {
        foreach (var copy in (await QueryAsync(datastore, "arn:", cancellation)).Select(RestoredCopy.FromItem))
        {
            if (copy is { InPlaceFrom: not null, CleanAt: { } cleanAt } && !(copy.ExpiresAt >= WholeSecond(cleanAt + retention)))
            {
                await UpdateAsync(
                    KeyOf(copy),
                    "SET expiresAt = :at",
                    $"cleanAt = :clean AND attribute_not_exists({RestoredCopy.Unclean})",
                    new() { [":at"] = Expiry(cleanAt + retention), [":clean"] = Items.Instant(cleanAt) },
                    cancellation);
            }

            if (copy.RemovedAt is { } removedAt && copy.ExpiresAt < WholeSecond(removedAt + retention))
                await UpdateAsync(KeyOf(copy), "SET expiresAt = :at", "expiresAt < :at", new() { [":at"] = Expiry(removedAt + retention) }, cancellation);
        }
    }

    /// <summary>The copies of a datastore that were not removed, ordered by ARN.</summary>
    public async Task<IReadOnlyList<RestoredCopy>> ListAsync(string datastore, CancellationToken cancellation) =>
        [.. (await QueryAsync(datastore, "arn:", cancellation)).Select(RestoredCopy.FromItem).Where(copy => copy is { RemovedAt: null, InPlaceFrom: null })];

    /// <summary>The copies at an ARN, removed ones too: of each datastore that shares the resource, and those that had the name before; and what was restored into it in place.</summary>
    public async Task<IReadOnlyList<RestoredCopy>> AtAsync(string arn, CancellationToken cancellation) =>
        [.. (await ItemsAtAsync(arn, cancellation)).Select(RestoredCopy.FromItem)];

    /// <summary>The datastores of which there is, or was, a copy at an ARN.</summary>
    public async Task<IReadOnlyList<string>> DatastoresOfAsync(string arn, CancellationToken cancellation) =>
        [.. (await AtAsync(arn, cancellation)).Select(copy => copy.Datastore).Distinct(StringComparer.Ordinal)];

    private async Task<bool> PutAsync(RestoredCopy copy, CancellationToken cancellation)
    {
        try
        {
            await dynamo.PutItemAsync(new PutItemRequest { TableName = table, Item = copy.ToItem(), ConditionExpression = "attribute_not_exists(pk)" }, cancellation);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
    }

    private Task RegisterEarlierAsync(RestoredCopy copy, CancellationToken cancellation) => UpdateAsync(
        KeyOf(copy), "SET registeredAt = :at", "registeredAt > :at", new() { [":at"] = Items.Instant(copy.RegisteredAt) }, cancellation);

    private Task LowerAsOfAsync(RestoredCopy copy, CancellationToken cancellation) => copy.EffectiveAsOf is { } asOf
        ? UpdateAsync(KeyOf(copy), "SET effectiveAsOf = :at", "effectiveAsOf > :at", new() { [":at"] = Items.Instant(asOf) }, cancellation)
        : UpdateAsync(KeyOf(copy), "REMOVE effectiveAsOf", "attribute_exists(effectiveAsOf)", null, cancellation);

    private Task TakeOverAsync(RestoredCopy copy, CancellationToken cancellation) => UpdateAsync(
        KeyOf(copy), "SET restoreId = :id", "restoreId <> :id", new() { [":id"] = Items.Text(copy.RestoreId) }, cancellation);

    private static Dictionary<string, AttributeValue> KeyOf(RestoredCopy copy) => RestoredCopy.KeyOf(copy.Datastore, copy.Arn, copy.ResourceId);

    private static Dictionary<string, AttributeValue> SetOf(string restoreId) => new() { [":id"] = new AttributeValue { SS = [restoreId] } };

    /// <summary>DynamoDB's time to live counts whole seconds: not one too few.</summary>
    private static AttributeValue Expiry(DateTimeOffset at) => Items.Number(WholeSecond(at).ToUnixTimeSeconds());

    private static DateTimeOffset WholeSecond(DateTimeOffset at) => DateTimeOffset.FromUnixTimeSeconds(at.AddTicks(TimeSpan.TicksPerSecond - 1).ToUnixTimeSeconds());

    private async Task UpdateAsync(
        Dictionary<string, AttributeValue> key, string update, string condition, Dictionary<string, AttributeValue>? values, CancellationToken cancellation)
    {
        try
        {
            await dynamo.UpdateItemAsync(
                new UpdateItemRequest { TableName = table, Key = key, UpdateExpression = update, ConditionExpression = condition, ExpressionAttributeValues = values },
                cancellation);
        }
        catch (ConditionalCheckFailedException)
        {
            // It is so already, or the copy was removed meanwhile.
        }
    }

    private async Task<IEnumerable<Dictionary<string, AttributeValue>>> ItemsAtAsync(string arn, CancellationToken cancellation) =>
        (await Task.WhenAll(datastores.Select(datastore => QueryAsync(datastore, RestoredCopy.SortKeyPrefix(arn), cancellation)))).SelectMany(found => found);

    private async Task<IReadOnlyList<Dictionary<string, AttributeValue>>> QueryAsync(string datastore, string prefix, CancellationToken cancellation)
    {
        var query = new QueryRequest
        {
            TableName = table,
            ConsistentRead = true,
            KeyConditionExpression = "pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues = new() { [":pk"] = Items.Text(RestoredCopy.PartitionKey(datastore)), [":prefix"] = Items.Text(prefix) },
        };
        var rows = new List<Dictionary<string, AttributeValue>>();
        do
        {
            var page = await dynamo.QueryAsync(query, cancellation);
            rows.AddRange(page.Items ?? []);
            query.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (query.ExclusiveStartKey is { Count: > 0 });
        return rows;
    }
}
