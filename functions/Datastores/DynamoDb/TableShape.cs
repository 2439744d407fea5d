using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace ServerlessGdpr.Functions.Datastores.DynamoDb;

/// <summary>What of a table decides how its items are read and addressed.</summary>
/// <param name="Key">The attributes of the primary key.</param>
/// <param name="LocalIndexes">Indexes that can be read consistently, unlike global ones.</param>
/// <param name="IndexKeys">The key attributes of each index: an item that lacks one is not in it.</param>
internal sealed record TableShape(IReadOnlyList<string> Key, IReadOnlySet<string> LocalIndexes, IReadOnlyDictionary<string, IReadOnlyList<string>> IndexKeys)
{
    public static TableShape Of(TableDescription table) => new(
        [.. table.KeySchema.OrderBy(part => part.KeyType == KeyType.HASH ? 0 : 1).Select(part => part.AttributeName)],
        (table.LocalSecondaryIndexes ?? []).Select(index => index.IndexName).ToHashSet(StringComparer.Ordinal),
        (table.LocalSecondaryIndexes ?? []).Select(index => (index.IndexName, index.KeySchema))
            .Concat((table.GlobalSecondaryIndexes ?? []).Select(index => (index.IndexName, index.KeySchema)))
            .ToDictionary(index => index.IndexName, index => (IReadOnlyList<string>)[.. index.KeySchema.Select(part => part.AttributeName)], StringComparer.Ordinal));

    public Dictionary<string, AttributeValue> KeyOf(Dictionary<string, AttributeValue> item) => Key.ToDictionary(name => name, name => item[name], StringComparer.Ordinal);

    /// <summary>Whether <paramref name="locator"/> leads to an item.</summary>
    public bool Shows(ItemLocator locator, Dictionary<string, AttributeValue> item) =>
        locator.Matches(item) && (locator.Index is null || (IndexKeys.TryGetValue(locator.Index, out var key) && key.All(item.ContainsKey)));

    /// <summary>Whether a read through <paramref name="locator"/> sees every write that was acknowledged before it.</summary>
    public bool IsConsistent(ItemLocator locator) => locator.Index is null || LocalIndexes.Contains(locator.Index);
}
