using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessGdpr.Functions.Datastores.S3Logs;

/// <summary>The records in a line of a log, usually one: their fields in their order, numbers with every digit.</summary>
internal static class LineJson
{
    /// <remarks>Of a name that an object has twice the last value counts, as in most readers; such an object cannot be changed otherwise, and redacting changes it.</remarks>
    /// <param name="isTheirs">Asked about each: others in the line may be somebody else's.</param>
    public static IReadOnlyList<JsonObject> Of(ReadOnlySpan<byte> line, IsTheirs isTheirs)
    {
        var records = new List<JsonObject>();
        var reader = new Utf8JsonReader(line, FieldMatcher.Reading);
        while (reader.Read())
        {
            using var document = JsonDocument.ParseValue(ref reader);
            records.AddRange(Theirs(document.RootElement, isTheirs));
        }

        return records;
    }

    public delegate bool IsTheirs(ReadOnlySpan<byte> json);

    private static IEnumerable<JsonObject> Theirs(JsonElement value, IsTheirs isTheirs) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().SelectMany(element => Theirs(element, isTheirs)),
        JsonValueKind.Object when isTheirs(JsonMarshal.GetRawUtf8Value(value)) => [Object(value)],
        _ => [],
    };

    private static JsonObject Object(JsonElement element)
    {
        var record = new JsonObject();
        foreach (var property in element.EnumerateObject()) record[Name(property)] = Node(property.Value);
        return record;
    }

    private static string Name(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8PropertyName(property));
        }
    }

    /// <summary>Logs hold what anybody sent: what is no Unicode is handed over as it is written.</summary>
    private static string Text(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(element)[1..^1]);
        }
    }

    private static JsonNode? Node(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => Object(element),
        JsonValueKind.Array => new JsonArray([.. element.EnumerateArray().Select(Node)]),
        JsonValueKind.String => JsonValue.Create(Text(element)),
        JsonValueKind.Null => null,
        _ => JsonValue.Create(element.Clone()),
    };
}
