using Amazon.DynamoDBv2.Model;

namespace ServerlessGdpr.Functions.Datastores.DynamoDb;

/// <summary>What a key attribute must be for an item to be a person's.</summary>
internal sealed record KeyCondition(string Name, bool Numeric, string Value, bool IsPrefix)
{
    public AttributeValue Operand => Numeric ? new AttributeValue { N = Value } : new AttributeValue { S = Value };

    public bool Matches(Dictionary<string, AttributeValue> item) => item.TryGetValue(Name, out var attribute) && (Numeric
        ? attribute.N == Value
        : IsPrefix ? attribute.S?.StartsWith(Value, StringComparison.Ordinal) == true : attribute.S == Value);

    public string In(Expression expression) => IsPrefix
        ? $"begins_with({expression.Name(Name)}, {expression.Value(Operand)})"
        : $"{expression.Name(Name)} = {expression.Value(Operand)}";
}
