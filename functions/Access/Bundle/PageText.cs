using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>Texts as a page shows them.</summary>
internal static class PageText
{
    /// <summary>A page is for reading: the data has the whole text.</summary>
    private const int MaxCharacters = 2000;

    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private static readonly SearchValues<char> NotAsTheyAre = SearchValues.Create([.. Enumerable.Range(0, char.MaxValue + 1).Select(code => (char)code).Where(IsUnprintable), '\r']);

    public static string Escape(string text) => Encoder.Encode(text.AsSpan().ContainsAny(NotAsTheyAre) ? Printable(text) : text);

    /// <summary>A person's own value. It keeps its line breaks, and its direction of writing is its own.</summary>
    public static Html Value(string text)
    {
        if (text.Length <= MaxCharacters) return Html.Of($"<bdi>{text}</bdi>");
        var end = char.IsHighSurrogate(text[MaxCharacters - 1]) ? MaxCharacters - 1 : MaxCharacters;
        return Html.Of($"<bdi>{text[..end]}</bdi> {Note("(shortened here; the data has all of it)")}");
    }

    /// <summary>What the page says in place of a value.</summary>
    public static Html Note(string text) => Html.Of($"<span class=\"note\">{text}</span>");

    public static Html Day(DateTimeOffset instant) => Time(instant, "d MMMM yyyy");

    public static Html Moment(DateTimeOffset instant) => Time(instant, "d MMMM yyyy, HH:mm 'UTC'");

    public static Html Day(DateOnly day) =>
        Html.Of($"<time datetime=\"{day.ToString("O", CultureInfo.InvariantCulture)}\">{day.ToString("d MMMM yyyy", CultureInfo.InvariantCulture)}</time>");

    public static string Count(long number, string one, string many) => $"{number.ToString("N0", CultureInfo.InvariantCulture)} {(number == 1 ? one : many)}";

    /// <summary>A path in the bundle, as the target of a link.</summary>
    public static string Link(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    public static string Size(long bytes) => bytes switch
    {
        < 1024 => Count(bytes, "byte", "bytes"),
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} KB"),
        < 1024L * 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024):0.#} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024 * 1024):0.#} GB"),
    };

    private static Html Time(DateTimeOffset instant, string format) => Html.Of(
        $"<time datetime=\"{instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}\">{instant.UtcDateTime.ToString(format, CultureInfo.InvariantCulture)}</time>");

    /// <summary>Control characters; and those that change the direction of what follows them, which can reach beyond their own text.</summary>
    private static bool IsUnprintable(char character) =>
        (char.IsControl(character) && character is not ('\n' or '\t' or '\r')) || character is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    private static string Printable(string text)
    {
        var printable = new StringBuilder(text.Length);
        foreach (var character in text.Replace("\r\n", "\n", StringComparison.Ordinal))
            printable.Append(character == '\r' ? '\n' : IsUnprintable(character) ? '\uFFFD' : character);
        return printable.ToString();
    }
}
