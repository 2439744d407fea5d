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
    /// <see cref="RestoredCopy.EffectiveAsOf"/>, null being the lowest. A lower one, or another restore into the same resource, makes an end of its being clean.
    /// </summary>
    public async Task RegisterAsync(RestoredCopy copy, CancellationToken cancellation)
    {
        if (await PutAsync(copy, cancellation)) return;

        // Each of these moves in one direction only, so that registrations may come in any order.
        await RegisterEarlierAsync(copy, cancellation);
        await LowerAsOfAsync(copy, cancellation);
        await TakeOverAsync(copy, cancellation);
        await UpdateAsync(KeyOf(copy), "REMOVE removedAt", "attribute_exists(removedAt)", null, cancellation);
    }

    /// <summary>Says since when the copy is clean; null when a finding reopens it. A copy that is not registered stays so.</summary>
    public Task SetCleanAsync(string datastore, string arn, string? resourceId, DateTimeOffset? cleanAt, CancellationToken cancellation) => cleanAt is { } at
        ? UpdateAsync(RestoredCopy.KeyOf(datastore, arn, resourceId), "SET cleanAt = :at", "attribute_exists(pk)", new() { [":at"] = Items.Instant(at) }, cancellation)
        : UpdateAsync(RestoredCopy.KeyOf(datastore, arn, resourceId), "REMOVE cleanAt", "attribute_exists(pk)", null, cancellation);

    /// <summary>AWS said that the resource is deleted, or an operator released it. A restore of its backups is still recognised.</summary>
    public Task RemoveAsync(string datastore, string arn, string? resourceId, DateTimeOffset removedAt, CancellationToken cancellation) => UpdateAsync(
        RestoredCopy.KeyOf(datastore, arn, resourceId), "SET removedAt = :at", "attribute_exists(pk) AND attribute_not_exists(removedAt)", new() { [":at"] = Items.Instant(removedAt) }, cancellation);

    /// <summary>The copies of a datastore that were not removed, ordered by ARN.</summary>
    public async Task<IReadOnlyList<RestoredCopy>> ListAsync(string datastore, CancellationToken cancellation) =>
        [.. (await QueryAsync(datastore, "arn:", cancellation)).Where(copy => copy.RemovedAt is null)];

    /// <summary>The copies at an ARN, removed ones too: of each datastore that shares the resource, and those that had the name before.</summary>
    public async Task<IReadOnlyList<RestoredCopy>> AtAsync(string arn, CancellationToken cancellation)
    {
        var copies = await Task.WhenAll(datastores.Select(datastore => QueryAsync(datastore, RestoredCopy.SortKeyPrefix(arn), cancellation)));
        return [.. copies.SelectMany(found => found)];
    }

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
        ? UpdateAsync(KeyOf(copy), "SET effectiveAsOf = :at REMOVE cleanAt", "effectiveAsOf > :at", new() { [":at"] = Items.Instant(asOf) }, cancellation)
        : UpdateAsync(KeyOf(copy), "REMOVE effectiveAsOf, cleanAt", "attribute_exists(effectiveAsOf)", null, cancellation);

    private Task TakeOverAsync(RestoredCopy copy, CancellationToken cancellation) => UpdateAsync(
        KeyOf(copy), "SET restoreId = :id REMOVE cleanAt", "restoreId <> :id", new() { [":id"] = Items.Text(copy.RestoreId) }, cancellation);

    private static Dictionary<string, AttributeValue> KeyOf(RestoredCopy copy) => RestoredCopy.KeyOf(copy.Datastore, copy.Arn, copy.ResourceId);

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

    private async Task<IReadOnlyList<RestoredCopy>> QueryAsync(string datastore, string prefix, CancellationToken cancellation)
    {
        var query = new QueryRequest
        {
            TableName = table,
            ConsistentRead = true,
            KeyConditionExpression = "pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues = new() { [":pk"] = Items.Text(RestoredCopy.PartitionKey(datastore)), [":prefix"] = Items.Text(prefix) },
        };
        var copies = new List<RestoredCopy>();
        do
        {
            var page = await dynamo.QueryAsync(query, cancellation);
            copies.AddRange((page.Items ?? []).Select(RestoredCopy.FromItem));
            query.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (query.ExclusiveStartKey is { Count: > 0 });
        return copies;
    }
}
