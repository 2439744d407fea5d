using Amazon.DynamoDBv2.Model;
using Item = System.Collections.Generic.Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>;

namespace ServerlessGdpr.Functions.Datastores.DynamoDb;

/// <summary>What erasing an item means.</summary>
internal interface IErasure
{
    /// <summary>The attributes of an item that <see cref="IsDue"/> looks at.</summary>
    IEnumerable<string> Attributes { get; }

    /// <summary>A filter that leaves out items that need no erasing; null where every item does.</summary>
    string? Filter(Expression expression);

    bool IsDue(Item item);

    /// <summary>Erases items that were read through <paramref name="locator"/>, each only while it is still the person's.</summary>
    Task EraseAsync(
        Table table, GatheredDeletes deletes, TableShape shape, ItemLocator locator, IReadOnlyCollection<Item> items, Tally tally, CancellationToken deadline);
}

/// <summary>Deletes whole items.</summary>
/// <param name="unchanged">An attribute that decided and must still be what was read; null where none did.</param>
internal sealed class DeleteItems(string? unchanged = null) : IErasure
{
    public IEnumerable<string> Attributes => [];

    public string? Filter(Expression expression) => null;

    public bool IsDue(Item item) => true;

    public Task EraseAsync(
        Table table, GatheredDeletes deletes, TableShape shape, ItemLocator locator, IReadOnlyCollection<Item> items, Tally tally, CancellationToken deadline)
    {
        // An item of the table is the person's by its own key. One that an index showed may be another person's by now.
        if (locator.Index is null && unchanged is null) return deletes.DeleteAsync([.. items.Select(shape.KeyOf)], count => tally.AddErased(count), deadline);

        return table.WriteEachAsync(
            items,
            (client, name, item) => client.DeleteItemAsync(Delete(name, shape.KeyOf(item), locator, item), CancellationToken.None),
            () => tally.AddErased(1),
            deadline);
    }

    private DeleteItemRequest Delete(string table, Item key, ItemLocator locator, Item item)
    {
        var expression = new Expression();
        return new DeleteItemRequest
        {
            TableName = table,
            Key = key,
            ConditionExpression = locator.In(expression) + expression.Unchanged(item, unchanged),
            ExpressionAttributeNames = expression.Names,
            ExpressionAttributeValues = expression.ValuesOrNone,
        };
    }
}

/// <summary>Replaces or removes fields, where an item has them and they are not replaced yet.</summary>
/// <param name="unchanged">As for <see cref="DeleteItems"/>.</param>
internal sealed class AnonymiseFields(IReadOnlyDictionary<string, string?> fields, string? unchanged = null) : IErasure
{
    public IEnumerable<string> Attributes => fields.Keys;

    public string Filter(Expression expression) => string.Join(" OR ", fields.Select(field => IsPersonal(expression, field.Key, field.Value)));

    public bool IsDue(Item item) => fields.Any(field => IsPersonal(item, field.Key, field.Value));

    public Task EraseAsync(
        Table table, GatheredDeletes deletes, TableShape shape, ItemLocator locator, IReadOnlyCollection<Item> items, Tally tally, CancellationToken deadline) =>
        table.WriteEachAsync(
            items,
            (client, name, item) => client.UpdateItemAsync(Update(name, shape.KeyOf(item), locator, item), CancellationToken.None),
            () => tally.AddErased(1),
            deadline);

    private UpdateItemRequest Update(string table, Item key, ItemLocator locator, Item item)
    {
        var expression = new Expression();
        var personal = fields.Where(field => IsPersonal(item, field.Key, field.Value)).ToList();
        var replaced = personal.Where(field => field.Value is not null)
            .Select(field => $"{expression.Name(field.Key)} = {expression.Value(new AttributeValue { S = field.Value })}").ToList();
        var removed = personal.Where(field => field.Value is null).Select(field => expression.Name(field.Key)).ToList();
        var set = replaced.Count > 0 ? $"SET {string.Join(", ", replaced)} " : "";
        var remove = removed.Count > 0 ? $"REMOVE {string.Join(", ", removed)}" : "";

        // The person's key also proves that the item still exists: an update would create it otherwise.
        return new UpdateItemRequest
        {
            TableName = table,
            Key = key,
            UpdateExpression = set + remove,
            ConditionExpression = $"{locator.In(expression)} AND ({Filter(expression)}){expression.Unchanged(item, unchanged)}",
            ExpressionAttributeNames = expression.Names,
            ExpressionAttributeValues = expression.ValuesOrNone,
        };
    }

    /// <summary>Without parentheses, as AND comes before OR: DynamoDB refuses those that are one pair too many.</summary>
    private static string IsPersonal(Expression expression, string field, string? replacement)
    {
        var name = expression.Name(field);
        return replacement is null
            ? $"attribute_exists({name})"
            : $"attribute_exists({name}) AND {name} <> {expression.Value(new AttributeValue { S = replacement })}";
    }

    private static bool IsPersonal(Item item, string field, string? replacement) =>
        item.TryGetValue(field, out var value) && (replacement is null || value.S != replacement);
}
