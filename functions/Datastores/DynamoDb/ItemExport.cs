using Amazon.DynamoDBv2.Model;
using Item = System.Collections.Generic.Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>;

namespace ServerlessGdpr.Functions.Datastores.DynamoDb;

/// <summary>Reads a person's whole items. What an index shows is read again from the table, strongly consistent; what two keys lead to is read through the first.</summary>
internal sealed class ItemExport(Table table, TableShape shape, IReadOnlyList<ItemLocator> locators)
{
    /// <summary>A page is in memory, as items and as JSON.</summary>
    private const int PageItems = 100;

    public async Task<FoundPage> PageAsync(ItemLocator locator, string? page, CancellationToken deadline)
    {
        var earlier = locators.TakeWhile(other => other != locator).ToList();
        var answer = await QueryAsync(locator, page, deadline);
        var items = (answer.Items ?? []).DistinctBy(item => ItemKeys.ToText(shape.KeyOf(item))).ToList();
        if (locator.Index is not null) items = await ReadAgainAsync(items, deadline);
        var records = items
            .Where(item => locator.Matches(item) && !earlier.Exists(other => shape.Shows(other, item)))
            .Select(item => new FoundRecord(ItemJson.Of(item, shape.Key)));
        return new FoundPage([.. records], answer.LastEvaluatedKey is { Count: > 0 } last ? ItemKeys.ToText(last) : null);
    }

    /// <summary>In the order of the index.</summary>
    private async Task<List<Item>> ReadAgainAsync(List<Item> shown, CancellationToken deadline)
    {
        var whole = (await table.ReadAsync([.. shown.Select(shape.KeyOf)], attributes: null, deadline)).ToDictionary(item => ItemKeys.ToText(shape.KeyOf(item)), StringComparer.Ordinal);
        return [.. shown.Select(item => whole.GetValueOrDefault(ItemKeys.ToText(shape.KeyOf(item)))).OfType<Item>()];
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
                ProjectionExpression = locator.Index is null ? null : string.Join(", ", shape.Key.Select(expression.Name)),
                ExpressionAttributeNames = expression.Names,
                ExpressionAttributeValues = expression.Values,
                ExclusiveStartKey = page is null ? null : ItemKeys.FromText(page),
                Limit = PageItems,
            },
            deadline);
    }
}
