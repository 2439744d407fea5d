using Amazon.DynamoDBv2.Model;
using Item = System.Collections.Generic.Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>;

namespace ServerlessGdpr.Functions.Datastores.DynamoDb;

/// <summary>Hands a table's items over, whole.</summary>
internal sealed class TableExport(Table table, TableShape shape, IReadOnlyList<ItemLocator> locators, IExportSink sink)
{
    /// <summary>The items that an index shows are read again at once: 100 of 400 KB are what fits into memory easily. A page of the table itself ends at 1 MB.</summary>
    private const int IndexPageItems = 100;

    public async Task<string?> PageAsync(ItemLocator locator, string? page, CancellationToken deadline)
    {
        var answer = await QueryAsync(locator, page, deadline);
        var items = answer.Items ?? [];
        if (locator.Index is not null) items = await ReadAgainAsync(items.Where(locator.Matches), deadline);

        var earlier = locators.TakeWhile(other => other != locator).ToList();
        foreach (var item in items.Where(item => locator.Matches(item) && !earlier.Exists(other => shape.Shows(other, item))))
        {
            // A page that is begun is finished: the position is behind all of it, or before.
            await sink.WriteAsync(ItemJson.Of(shape, item), file: null, CancellationToken.None);
        }

        return answer.LastEvaluatedKey is { Count: > 0 } last ? ItemKeys.ToText(last) : null;
    }

    /// <summary>From the table, in the order of the index.</summary>
    private async Task<List<Item>> ReadAgainAsync(IEnumerable<Item> shown, CancellationToken deadline)
    {
        List<Item> keys = [.. shown.Select(shape.KeyOf).DistinctBy(ItemKeys.ToText)];
        var items = (await table.ReadAsync(keys, attributes: null, deadline)).ToDictionary(item => ItemKeys.ToText(shape.KeyOf(item)), StringComparer.Ordinal);
        return [.. keys.Select(key => items.GetValueOrDefault(ItemKeys.ToText(key))).OfType<Item>()];
    }

    private Task<QueryResponse> QueryAsync(ItemLocator locator, string? page, CancellationToken deadline)
    {
        var expression = new Expression();
        return table.QueryAsync(
            new QueryRequest
            {
                IndexName = locator.Index,
                ConsistentRead = shape.IsConsistent(locator),
                KeyConditionExpression = locator.In(expression),
                ProjectionExpression = locator.Index is null ? null : string.Join(", ", shape.Key.Union(locator.Attributes).Select(expression.Name)),
                ExpressionAttributeNames = expression.Names,
                ExpressionAttributeValues = expression.Values,
                ExclusiveStartKey = page is null ? null : ItemKeys.FromText(page),
                Limit = locator.Index is null ? null : IndexPageItems,
            },
            deadline);
    }
}
