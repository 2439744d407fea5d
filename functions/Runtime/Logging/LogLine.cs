using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ServerlessGdpr.Functions.Runtime.Logging;

/// <summary>The JSON of one log line.</summary>
internal static class LogLine
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string SnakeCase(string key) => JsonNamingPolicy.SnakeCaseLower.ConvertName(key);

    public static string Format(Dictionary<string, object?> leading, SortedDictionary<string, object?> others)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            foreach (var key in LogKeys.Leading)
                if (leading.GetValueOrDefault(key) is { } value) WriteLeading(json, key, value);
            foreach (var (key, value) in others)
                if (value is not null && !LogKeys.Leading.Contains(key)) Write(json, key, value);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void WriteLeading(Utf8JsonWriter json, string key, object value)
    {
        if (key != LogKeys.Exception)
        {
            Write(json, key, value);
            return;
        }

        json.WriteStartObject(key);
        Write(json, "type", value);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string key, object value)
    {
        switch (value)
        {
            case bool flag: json.WriteBoolean(key, flag); break;
            case int number: json.WriteNumber(key, number); break;
            case long number: json.WriteNumber(key, number); break;
            case double number when double.IsFinite(number): json.WriteNumber(key, number); break;
            case DateTimeOffset instant: json.WriteString(key, instant.UtcDateTime.ToString("o")); break;
            default: json.WriteString(key, value.ToString()); break;
        }
    }
}
