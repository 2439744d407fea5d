using System.Text.Json;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Datastores.DynamoDb;

/// <summary>A key attribute's value as text; exactly one member is set.</summary>
public sealed record KeyText(string? S, string? N, string? B);

/// <summary>Keys of items, as positions in resume state and as something to tell items apart by.</summary>
internal static class ItemKeys
{
    public static string ToText(IReadOnlyDictionary<string, AttributeValue> key) => JsonSerializer.Serialize(
        new SortedDictionary<string, KeyText>(key.ToDictionary(part => part.Key, part => Text(part.Value)), StringComparer.Ordinal),
        FunctionsJson.Default.SortedDictionaryStringKeyText);

    public static Dictionary<string, AttributeValue> FromText(string text) => JsonSerializer
        .Deserialize(text, FunctionsJson.Default.SortedDictionaryStringKeyText)!
        .ToDictionary(part => part.Key, part => Value(part.Value), StringComparer.Ordinal);

    private static KeyText Text(AttributeValue value) => new(value.S, value.N, value.B is { } bytes ? Convert.ToBase64String(bytes.ToArray()) : null);

    private static AttributeValue Value(KeyText text) => text switch
    {
        { N: { } number } => new AttributeValue { N = number },
        { B: { } bytes } => new AttributeValue { B = new MemoryStream(Convert.FromBase64String(bytes)) },
        _ => new AttributeValue { S = text.S },
    };
}
