using System.Text.RegularExpressions;
using Amazon.DynamoDBv2.Model;

namespace ServerlessGdpr.Functions.Datastores.DynamoDb;

/// <summary>Where one identity's items are: a partition of the table or of an index, or a part of that partition.</summary>
internal sealed partial record ItemLocator(string? Index, KeyCondition Partition, KeyCondition? Sort)
{
    /// <summary>AWS: a partition key has at most 2,048 bytes, a sort key 1,024.</summary>
    private const int PartitionKeyBytes = 2048, SortKeyBytes = 1024;

    public static ItemLocator? Of(KeyMapping mapping, string value)
    {
        if (Condition(mapping.PartitionKey!, mapping.IdentityType, value, PartitionKeyBytes) is not { } partition) return null;
        if (mapping.SortKey is null) return new ItemLocator(mapping.Index, partition, Sort: null);
        return Condition(mapping.SortKey, mapping.IdentityType, value, SortKeyBytes) is { } sort ? new ItemLocator(mapping.Index, partition, sort) : null;
    }

    public bool Matches(Dictionary<string, AttributeValue> item) => Partition.Matches(item) && Sort?.Matches(item) != false;

    public string In(Expression expression) => Sort is null ? Partition.In(expression) : $"{Partition.In(expression)} AND {Sort.In(expression)}";

    public IEnumerable<string> Attributes => Sort is null ? [Partition.Name] : [Partition.Name, Sort.Name];

    private static KeyCondition? Condition(KeyAttribute attribute, string identityType, string value, int maxBytes)
    {
        var prefix = attribute.BeginsWith is not null;
        var template = KeyTemplate.Parse(attribute.BeginsWith ?? attribute.EqualTo ?? $"{{{identityType}}}", identityType);
        if (template.Expand(value, prefix, maxBytes) is not { } key) return null;
        var numeric = attribute.Type == "N";
        return numeric && !CanonicalInteger().IsMatch(key) ? null : new KeyCondition(attribute.Name, numeric, key, prefix);
    }

    /// <summary>DynamoDB would read <c>01</c>, <c>1.0</c> and <c>1e0</c> as 1; an identity is a text, and only one text is the number's. 38 digits are its precision.</summary>
    [GeneratedRegex(@"^(0|-?[1-9][0-9]{0,37})\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CanonicalInteger();
}
