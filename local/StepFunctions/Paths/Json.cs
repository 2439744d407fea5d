using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using JsonException = System.Text.Json.JsonException;

namespace ServerlessGdpr.Local.StepFunctions.Paths;

/// <summary>
/// JSON text to tokens and back. Read strictly, as Newtonsoft's own reader takes comments, single quotes and dates for JSON; numbers keep their digits.
/// A token that states share is never changed: whoever builds on one clones it.
/// </summary>
internal static class Json
{
    /// <summary>The most bytes that a state's, a task's or an execution's input or output may have.</summary>
    public const int MaxBytes = 262_144;

    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 512 };

    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static JToken Parse(string text)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), Strict);
        reader.Read();
        var token = Read(ref reader);
        reader.Read();
        return token;
    }

    public static string Text(JToken token) => token.ToString(Formatting.None);

    public static bool IsTooLarge(string text) => text.Length > MaxBytes || Encoding.UTF8.GetByteCount(text) > MaxBytes;

    private static JToken Read(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => ReadObject(ref reader),
        JsonTokenType.StartArray => ReadArray(ref reader),
        JsonTokenType.String => new JValue(reader.GetString()),
        JsonTokenType.Number => ReadNumber(ref reader),
        JsonTokenType.True => new JValue(true),
        JsonTokenType.False => new JValue(false),
        _ => JValue.CreateNull(),
    };

    private static JObject ReadObject(ref Utf8JsonReader reader)
    {
        var read = new JObject();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            read[name] = Read(ref reader);
        }

        return read;
    }

    private static JArray ReadArray(ref Utf8JsonReader reader)
    {
        var read = new JArray();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) read.Add(Read(ref reader));
        return read;
    }

    private static JValue ReadNumber(ref Utf8JsonReader reader)
    {
        if (reader.TryGetInt64(out var integer)) return new JValue(integer);
        var text = Encoding.UTF8.GetString(reader.ValueSpan);
        if (text.AsSpan().IndexOfAny('.', 'e', 'E') < 0) return new JValue(BigInteger.Parse(text, CultureInfo.InvariantCulture));
        // A decimal keeps 28 digits and the zeros behind the point; an exponent may be beyond it.
        return text.Length <= 29 && text.AsSpan().IndexOfAny('e', 'E') < 0
            ? new JValue(decimal.Parse(text, CultureInfo.InvariantCulture))
            : new JValue(reader.GetDouble());
    }
}
