using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;

namespace ServerlessGdpr.Functions.Datastores.DynamoDb;

/// <summary>An item as JSON: numbers with every digit that DynamoDB gives, binary as Base64, sets as lists.</summary>
internal static class ItemJson
{
    /// <param name="first">Attributes that come first; the others follow by name.</param>
    public static JsonObject Of(IReadOnlyDictionary<string, AttributeValue> item, IReadOnlyList<string> first) => new(
        first.Where(item.ContainsKey).Concat(item.Keys.Except(first, StringComparer.Ordinal).Order(StringComparer.Ordinal))
            .Select(name => KeyValuePair.Create(name, Value(item[name]))));

    private static JsonNode? Value(AttributeValue value)
    {
        if (value.S is { } text) return JsonValue.Create(text);
        if (value.N is { } number) return Number(number);
        if (value.BOOL is { } flag) return JsonValue.Create(flag);
        if (value.B is { } bytes) return Binary(bytes);
        if (value.IsMSet) return Of(value.M, []);
        if (value.IsLSet) return new JsonArray([.. value.L.Select(Value)]);
        if (value.SS is { Count: > 0 } texts) return new JsonArray([.. texts.Select(one => JsonValue.Create(one))]);
        if (value.NS is { Count: > 0 } numbers) return new JsonArray([.. numbers.Select(Number)]);
        if (value.BS is { Count: > 0 } blobs) return new JsonArray([.. blobs.Select(Binary)]);
        return null;
    }

    /// <summary>Parsed, the digits stay as they are; as a double, most would go.</summary>
    private static JsonNode? Number(string digits) => JsonNode.Parse(digits);

    private static JsonNode? Binary(MemoryStream bytes) => JsonValue.Create(Convert.ToBase64String(bytes.ToArray()));
}
