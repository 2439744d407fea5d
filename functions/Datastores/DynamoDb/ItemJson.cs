using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;

namespace ServerlessGdpr.Functions.Datastores.DynamoDb;

/// <summary>Items as JSON: the key first, then the other attributes by name.</summary>
internal static class ItemJson
{
    public static JsonObject Of(TableShape shape, IReadOnlyDictionary<string, AttributeValue> item) => Object(
        shape.Key.Select(name => KeyValuePair.Create(name, item[name]))
            .Concat(item.Where(attribute => !shape.Key.Contains(attribute.Key, StringComparer.Ordinal)).OrderBy(attribute => attribute.Key, StringComparer.Ordinal)));

    private static JsonObject Object(IEnumerable<KeyValuePair<string, AttributeValue>> attributes) =>
        new(attributes.Select(attribute => KeyValuePair.Create(attribute.Key, Value(attribute.Value))));

    /// <summary>The SDK's reader leaves all members null but the one that the value has.</summary>
    private static JsonNode? Value(AttributeValue value) => value switch
    {
        { S: { } text } => JsonValue.Create(text),
        { N: { } number } => Number(number),
        { BOOL: { } flag } => JsonValue.Create(flag),
        { M: { } map } => Object(map.OrderBy(member => member.Key, StringComparer.Ordinal)),
        { L: { } list } => new JsonArray([.. list.Select(Value)]),
        { B: { } bytes } => Base64(bytes),
        { SS: { } texts } => new JsonArray([.. texts.Select(text => JsonValue.Create(text))]),
        { NS: { } numbers } => new JsonArray([.. numbers.Select(Number)]),
        { BS: { } binaries } => new JsonArray([.. binaries.Select(Base64)]),
        _ => null,
    };

    /// <summary>Digit by digit: DynamoDB has 38 of them, more than any number type here.</summary>
    private static JsonNode? Number(string number)
    {
        try
        {
            return JsonNode.Parse(number);
        }
        catch (JsonException)
        {
            return JsonValue.Create(number);
        }
    }

    private static JsonNode? Base64(MemoryStream bytes) => JsonValue.Create(Convert.ToBase64String(bytes.ToArray()));
}
