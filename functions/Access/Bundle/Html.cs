using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>Text for a page. Whatever goes through here is shown, and never taken for markup.</summary>
internal static class Html
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    public static string Text(string text) => Encoder.Encode(text.AsSpan().ContainsAnyInRange('\0', '\u001f') || text.Contains('\u007f', StringComparison.Ordinal) ? Printable(text) : text);

    /// <summary>A person's own value. It keeps its line breaks, and what turns the direction of writing turns nothing outside of it.</summary>
    public static string Value(string text) => $"<bdi>{Text(text)}</bdi>";

    public static string Date(DateTimeOffset instant) => instant.UtcDateTime.ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture);

    public static string Date(DateOnly day) => day.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    public static string Count(long number, string one, string many) => $"{number.ToString("N0", CultureInfo.InvariantCulture)} {(number == 1 ? one : many)}";

    /// <summary>A path in the bundle, as the target of a link.</summary>
    public static string Link(string path) => Text(string.Join('/', path.Split('/').Select(Uri.EscapeDataString)));

    public static string Size(long bytes) => bytes switch
    {
        < 1024 => Count(bytes, "byte", "bytes"),
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} KB"),
        < 1024L * 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024):0.#} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024 * 1024):0.#} GB"),
    };

    private static string Printable(string text)
    {
        var printable = new StringBuilder(text.Length);
        foreach (var character in text) printable.Append(char.IsControl(character) && character is not ('\n' or '\t') ? '\uFFFD' : character);
        return printable.ToString();
    }
}
