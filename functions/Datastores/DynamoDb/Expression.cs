using Amazon.DynamoDBv2.Model;

namespace ServerlessGdpr.Functions.Datastores.DynamoDb;

/// <summary>The names and values of one request's expressions, as placeholders: an attribute may be called anything, a reserved word too.</summary>
internal sealed class Expression
{
    public Dictionary<string, string> Names { get; } = [];

    public Dictionary<string, AttributeValue> Values { get; } = [];

    public string Name(string attribute)
    {
        foreach (var (placeholder, known) in Names)
        {
            if (known == attribute) return placeholder;
        }

        var name = $"#n{Names.Count}";
        Names[name] = attribute;
        return name;
    }

    public string Value(AttributeValue value)
    {
        var name = $":v{Values.Count}";
        Values[name] = value;
        return name;
    }

    /// <summary>One more condition: an attribute is as it was read. Empty where <paramref name="attribute"/> is null.</summary>
    public string Unchanged(IReadOnlyDictionary<string, AttributeValue> item, string? attribute)
    {
        if (attribute is null) return "";
        return item.TryGetValue(attribute, out var value) ? $" AND {Name(attribute)} = {Value(value)}" : $" AND attribute_not_exists({Name(attribute)})";
    }

    /// <summary>The values as the SDK wants them: none at all rather than an empty set.</summary>
    public Dictionary<string, AttributeValue>? ValuesOrNone => Values.Count > 0 ? Values : null;
}
