using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ServerlessGdpr.Local.EventBridge;

/// <summary>An event on a bus: the envelope that rules match and targets get.</summary>
internal sealed class BusEvent
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private BusEvent(string id, string text)
    {
        Id = id;
        Text = text;
        using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = EventLimits.MaximumDepth });
        Envelope = document.RootElement.Clone();
    }

    public string Id { get; }

    /// <summary>The envelope as targets get it.</summary>
    public string Text { get; }

    public JsonElement Envelope { get; }

    public static BusEvent Create(string source, string detailType, JsonElement detail, IEnumerable<string> resources, DateTimeOffset time)
    {
        var id = Guid.NewGuid().ToString();
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Plain))
        {
            json.WriteStartObject();
            json.WriteString("version", "0");
            json.WriteString("id", id);
            json.WriteString("detail-type", detailType);
            json.WriteString("source", source);
            json.WriteString("account", Hosting.CloudOptions.Account);
            json.WriteString("time", time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"));
            json.WriteString("region", Hosting.CloudOptions.Region);
            json.WriteStartArray("resources");
            foreach (var resource in resources) json.WriteStringValue(resource);
            json.WriteEndArray();
            json.WritePropertyName("detail");
            detail.WriteTo(json);
            json.WriteEndObject();
        }

        return new BusEvent(id, Encoding.UTF8.GetString(stream.ToArray()));
    }
}

internal static class EventLimits
{
    public const int MaximumDepth = 1_000;

    /// <summary>Of all entries of one PutEvents together.</summary>
    public const int MaximumBytes = 1_048_576;

    public const int MaximumEntries = 10;
}
