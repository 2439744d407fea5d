using System.Text;
using System.Text.Json;

namespace ServerlessGdpr.Functions.Datastores.S3Logs;

/// <summary>Whether a line has a field with a value, exactly: a text by its characters, a number by its digits.</summary>
internal sealed class FieldMatcher(LogField field)
{
    /// <summary>Some writers put no line ends between records.</summary>
    public static readonly JsonReaderOptions Reading = new() { AllowMultipleValues = true };

    private readonly byte[] path = Encoding.UTF8.GetBytes(field.Path);
    private readonly byte[] value = Encoding.UTF8.GetBytes(field.Value);

    public ReadOnlySpan<byte> Needle => value;

    /// <summary>Whether JSON may write a character of the value with a backslash and without <c>\u</c>.</summary>
    public bool MayBeEscaped => value.AsSpan().IndexOfAny("\"\\/"u8) >= 0;

    /// <exception cref="JsonException">The line is no JSON.</exception>
    public bool IsIn(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line, Reading);
        var found = false;
        while (reader.Read()) found |= Inside(ref reader, path);
        return found;
    }

    private bool Inside(ref Utf8JsonReader reader, ReadOnlySpan<byte> rest)
    {
        var found = false;
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) found |= Inside(ref reader, rest);
        }
        else if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) found |= Property(ref reader, rest);
        }

        return found;
    }

    private bool Property(ref Utf8JsonReader reader, ReadOnlySpan<byte> rest)
    {
        var behind = BehindName(ref reader, rest);
        reader.Read();
        if (behind == rest.Length) return IsValue(ref reader);
        if (behind >= 0) return Inside(ref reader, rest[(behind + 1)..]);
        reader.Skip();
        return false;
    }

    /// <summary>Where the property's name ends in the path: at its end or at a dot. -1 where the path does not begin with it.</summary>
    private static int BehindName(ref Utf8JsonReader reader, ReadOnlySpan<byte> rest)
    {
        if (reader.ValueTextEquals(rest)) return rest.Length;
        for (var dot = rest.IndexOf((byte)'.'); dot >= 0;)
        {
            if (reader.ValueTextEquals(rest[..dot])) return dot;
            var next = rest[(dot + 1)..].IndexOf((byte)'.');
            dot = next < 0 ? -1 : dot + 1 + next;
        }

        return -1;
    }

    private bool IsValue(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return reader.ValueTextEquals(value);
            case JsonTokenType.Number:
                return reader.ValueSpan.SequenceEqual(value);
            case JsonTokenType.StartArray:
                var found = false;
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) found |= IsValue(ref reader);
                return found;
            default:
                reader.Skip();
                return false;
        }
    }
}
