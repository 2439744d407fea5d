using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace ServerlessGdpr.Functions.Datastores.DynamoDb;

/// <summary>What of a table decides how its items are read and addressed.</summary>
/// <param name="Key">The attributes of the primary key.</param>
/// <param name="LocalIndexes">Indexes that can be read consistently, unlike global ones.</param>
internal sealed record TableShape(IReadOnlyList<string> Key, IReadOnlySet<string> LocalIndexes)
{
    public static TableShape Of(TableDescription table) => new(
        [.. table.KeySchema.OrderBy(part => part.KeyType == KeyType.HASH ? 0 : 1).Select(part => part.AttributeName)],
        (table.LocalSecondaryIndexes ?? []).Select(index => index.IndexName).ToHashSet(StringComparer.Ordinal));

    public Dictionary<string, AttributeValue> KeyOf(Dictionary<string, AttributeValue> item) => Key.ToDictionary(name => name, name => item[name], StringComparer.Ordinal);

    /// <summary>Whether a read through <paramref name="locator"/> sees every write that was acknowledged before it.</summary>
    public bool IsConsistent(ItemLocator locator) => locator.Index is null || LocalIndexes.Contains(locator.Index);
}
