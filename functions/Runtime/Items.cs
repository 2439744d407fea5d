using System.Globalization;
using Amazon.DynamoDBv2.Model;

namespace ServerlessGdpr.Functions.Runtime;

/// <summary>Reads and writes the attributes of DynamoDB items without ceremony.</summary>
public static class Items
{
    /// <summary>Instants are stored so that their text sorts by time: UTC, fixed width.</summary>
    private const string InstantFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    public static AttributeValue Text(string value) => new() { S = value };

    public static AttributeValue Number(long value) => new() { N = value.ToString(CultureInfo.InvariantCulture) };

    public static AttributeValue Flag(bool value) => new() { BOOL = value };

    public static AttributeValue Binary(ReadOnlyMemory<byte> value) => new() { B = new MemoryStream(value.ToArray()) };

    public static AttributeValue Texts(IEnumerable<string> values) => new() { L = [.. values.Select(Text)], IsLSet = true };

    public static AttributeValue Instant(DateTimeOffset value) => Text(InstantText(value));

    public static string InstantText(DateTimeOffset value) => value.UtcDateTime.ToString(InstantFormat, CultureInfo.InvariantCulture);

    public static Dictionary<string, AttributeValue> Key(string pk, string sk) => new() { ["pk"] = Text(pk), ["sk"] = Text(sk) };

    extension(IReadOnlyDictionary<string, AttributeValue> item)
    {
        public string? TextOf(string name) => item.TryGetValue(name, out var value) ? value.S : null;

        public string RequiredText(string name) => item.TextOf(name) ?? throw new KeyNotFoundException($"The item has no attribute {name}.");

        public long NumberOf(string name) => item.TryGetValue(name, out var value) ? long.Parse(value.N, CultureInfo.InvariantCulture) : 0;

        public bool FlagOf(string name) => item.TryGetValue(name, out var value) && value.BOOL == true;

        public byte[]? BinaryOf(string name) => item.TryGetValue(name, out var value) ? value.B?.ToArray() : null;

        public IReadOnlyList<string> TextsOf(string name) => item.TryGetValue(name, out var value) && value.L is { } list ? [.. list.Select(text => text.S)] : [];

        public DateTimeOffset? InstantOf(string name) => item.TextOf(name) is { } text
            ? DateTimeOffset.ParseExact(text, InstantFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal)
            : null;

        public DateTimeOffset RequiredInstant(string name) => item.InstantOf(name) ?? throw new KeyNotFoundException($"The item has no attribute {name}.");
    }
}
