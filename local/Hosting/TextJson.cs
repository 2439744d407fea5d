using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessGdpr.Local.Hosting;

/// <summary>JSON as AWS writes it into messages and events: nothing escaped that need not be.</summary>
public static class TextJson
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string ToText(this JsonNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.ToJsonString(Plain);
    }

    /// <summary>A JSON string literal, quotes included.</summary>
    public static string Quote(string text) => JsonSerializer.Serialize(text, Plain);
}
