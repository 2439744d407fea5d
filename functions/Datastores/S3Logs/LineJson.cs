using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessGdpr.Functions.Datastores.S3Logs;

/// <summary>A line of a log as a record: its fields in their order, numbers with every digit.</summary>
internal static class LineJson
{
    /// <remarks>Of a name that an object has twice the last value counts, as in most readers; such an object cannot be changed otherwise, and redacting changes it.</remarks>
    public static JsonObject Of(ReadOnlyMemory<byte> line)
    {
        using var document = JsonDocument.Parse(line);
        return Object(document.RootElement);
    }

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
