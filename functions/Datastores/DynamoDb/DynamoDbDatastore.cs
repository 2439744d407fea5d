using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Datastores.Aws;
using Item = System.Collections.Generic.Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>;

namespace ServerlessGdpr.Functions.Datastores.DynamoDb;

/// <summary>A DynamoDB table, erased by partition key, by partition and sort key, or by an index.</summary>
/// <remarks>
/// The table itself is read strongly consistent. A global index never is: what it shows is read again on the table before it counts, writes to it are
/// conditional, and a zero it shows needs a second one.
/// </remarks>
/// <param name="client">Made without retries of its own: the patience is here.</param>
/// <param name="table">The name or ARN of the table to work on: the registered one, or a copy of it.</param>
/// <param name="target">Null for the registered table.</param>
public sealed class DynamoDbDatastore(IAmazonDynamoDB client, DatastoreEntry entry, string table, TimeProvider time, Target? target = null) : IDatastore
{
    private const int PageItems = 1000;

    /// <summary>A batch of a replay is mostly short reads: one after the other, they would take most of its time.</summary>
    private const int KeysAtOnce = 16;

    private readonly Table table = new(client, table, new AwsCalls(time));
    private readonly NewerRecords newer = new(target, entry.RecordTime);
    private readonly IErasure erasure = ErasureOf(entry, target);
    private TableShape? described;

    public Task<Step> EraseAsync(IReadOnlyList<Subject> subjects, string? resume, CancellationToken deadline) => RunAsync(subjects, resume, erase: true, deadline);

    public Task<Step> VerifyAsync(IReadOnlyList<Subject> subjects, string? resume, CancellationToken deadline) => RunAsync(subjects, resume, erase: false, deadline);

    public async Task<ExportStep> ExportAsync(IReadOnlyList<Subject> subjects, string? resume, IExportSink sink, CancellationToken deadline)
    {
        var matched = KeyMatching.Of(entry, subjects, ItemLocator.Of);
        if (!matched.Reachable) return new ExportStep { Unreachable = true };

        var shape = described ??= await table.DescribeAsync();
        List<ItemLocator> locators = [.. matched.Keys.Select(key => key.Key).OrderBy(locator => shape.IsConsistent(locator) ? 0 : 1)];
        var export = new TableExport(table, shape, locators, sink);
        var work = new ExportWork<ItemLocator>(locators, (locator, page, _, stop) => export.PageAsync(locator, page, stop));
        return new ExportStep { Resume = await work.RunAsync(resume, deadline), Evidence = EvidenceOf(locators.Count, locators.Exists(locator => !shape.IsConsistent(locator))) };
    }

    private async Task<Step> RunAsync(IReadOnlyList<Subject> subjects, string? resume, bool erase, CancellationToken deadline)
    {
        var matched = KeyMatching.Of(entry, subjects, ItemLocator.Of);
        if (!matched.Reachable) return new Step { Found = 0, Unreachable = true };

        // A table's schema never changes, so it is asked for once in a function's life.
        var shape = described ??= await table.DescribeAsync();

        // Consistent reads first: a record that one of them shows is not counted again where an index shows it too.
        List<MatchedKey<ItemLocator>> keys = [.. matched.Keys.OrderBy(key => shape.IsConsistent(key.Key) ? 0 : 1)];
        using var deletes = new GatheredDeletes(table);
        var work = new PagedWork<MatchedKey<ItemLocator>>(
            keys, (key, page, tally, stop) => PageAsync(shape, keys, key.Key, page, tally, erase ? deletes : null, stop), KeysAtOnce);
        var step = await RunAsync(work, resume, deadline);
        var throughIndex = keys.Exists(key => !shape.IsConsistent(key.Key));
        return step with
        {
            NeedsConfirmation = !erase && throughIndex,
            Evidence = EvidenceOf(keys.Count, throughIndex),
        };
    }

    private static Dictionary<string, string> EvidenceOf(int keys, bool throughIndex) => new(StringComparer.Ordinal)
    {
        ["keys"] = $"{keys}",
        ["read"] = throughIndex ? "index, each item read again strongly consistent" : "table, strongly consistent",
    };

    private async Task<Step> RunAsync(PagedWork<MatchedKey<ItemLocator>> work, string? resume, CancellationToken deadline)
    {
        try
        {
            return await work.RunAsync(resume, deadline);
        }
        catch (DatastoreNotFound) when (target is not null)
        {
            // A table that is still being restored answers so too. Only one that cannot be described is gone.
            await table.DescribeAsync();
            throw new DatastoreUnavailable("ResourceNotFoundException");
        }
    }

    /// <param name="deletes">Null for verifying.</param>
    private async Task<string?> PageAsync(
        TableShape shape, List<MatchedKey<ItemLocator>> keys, ItemLocator locator, string? page, Tally tally, GatheredDeletes? deletes, CancellationToken deadline)
    {
        var locators = keys.ConvertAll(key => key.Key);
        var earlier = locators.TakeWhile(other => other != locator).ToList();
        var attributes = shape.Key
            .Concat(entry.Exemptions.Select(exemption => exemption.Field)).Concat(erasure.Attributes).Concat(newer.Field is { } field ? [field] : [])
            .Concat(locators.SelectMany(other => other.Attributes)).Distinct(StringComparer.Ordinal).ToList();
        var answer = await QueryAsync(shape, locator, page, attributes, deadline);
        var items = (answer.Items ?? []).Where(locator.Matches).DistinctBy(item => ItemKeys.ToText(shape.KeyOf(item))).ToList();
        if (NeedsRereading(locator, erase: deletes is not null)) items = await table.ReadAsync([.. items.Select(shape.KeyOf)], attributes, deadline);

        var now = time.GetUtcNow();
        var theirs = items
            .Where(item => locator.Matches(item) && erasure.IsDue(item) && !earlier.Any(other => shape.IsConsistent(other) && other.Matches(item)))
            .Select(item => (Item: item, Fate: FateOf(item, keys), ExemptUntil: Exemptions.EndsAt(entry.Exemptions, field => Text(item, field), now))).ToList();
        var due = theirs.Where(one => one is { Fate: Fate.Erased, ExemptUntil: null }).Select(one => one.Item).ToList();

        if (deletes is not null) await erasure.EraseAsync(table, deletes, shape, locator, due, tally, deadline);
        else Count(due, earlier, tally.AddRemaining);
        Count(theirs.Where(one => one.Fate == Fate.Newer).Select(one => one.Item), earlier, tally.AddNewer);
        Count(theirs.Where(one => one is { Fate: Fate.Unproven, ExemptUntil: null }).Select(one => one.Item), earlier, tally.AddUnproven);
        foreach (var (item, _, until) in theirs.Where(one => one.Fate != Fate.Newer))
        {
            if (until is { } end) tally.AddExempt(end, again: earlier.Any(other => other.Matches(item)));
        }

        return answer.LastEvaluatedKey is { Count: > 0 } last ? ItemKeys.ToText(last) : null;
    }

    /// <summary>An item may be several subjects' at once: whoever was erased last decides.</summary>
    private Fate FateOf(Item item, List<MatchedKey<ItemLocator>> keys) => newer.MayStay
        ? newer.FateOf(NewerRecords.Latest(keys.Where(key => key.Key.Matches(item)).Select(key => key.ErasedAt)), newer.Field is { } field ? Text(item, field) : null)
        : Fate.Erased;

    /// <summary>An index lags, and may not hold the fields that decide; only a plain conditional delete needs none of them.</summary>
    private bool NeedsRereading(ItemLocator locator, bool erase) =>
        locator.Index is not null && !(erase && erasure is DeleteItems && entry.Exemptions.Count == 0 && !newer.MayStay);

    private Task<QueryResponse> QueryAsync(TableShape shape, ItemLocator locator, string? page, List<string> attributes, CancellationToken deadline)
    {
        var expression = new Expression();
        return table.QueryAsync(
            new QueryRequest
            {
                IndexName = locator.Index,
                ConsistentRead = shape.IsConsistent(locator),
                KeyConditionExpression = locator.In(expression),
                FilterExpression = locator.Index is null ? erasure.Filter(expression) : null,
                ProjectionExpression = string.Join(", ", (locator.Index is null ? attributes : shape.Key.Union(locator.Attributes)).Select(expression.Name)),
                ExpressionAttributeNames = expression.Names,
                ExpressionAttributeValues = expression.Values,
                ExclusiveStartKey = page is null ? null : ItemKeys.FromText(page),
                Limit = PageItems,
            },
            deadline);
    }

    private static void Count(IEnumerable<Item> items, List<ItemLocator> earlier, Action<long, bool> add)
    {
        foreach (var group in items.GroupBy(item => earlier.Any(other => other.Matches(item)))) add(group.Count(), group.Key);
    }

    private static IErasure ErasureOf(DatastoreEntry entry, Target? target)
    {
        var decides = new NewerRecords(target, entry.RecordTime).Field;
        return entry.Action.Kind == ErasureAction.Anonymise ? new AnonymiseFields(entry.Action.Fields, decides) : new DeleteItems(decides);
    }

    private static string? Text(Item item, string field) => item.TryGetValue(field, out var value) ? value.S ?? value.N ?? "" : null;
}
