using System.Globalization;
using System.Text.RegularExpressions;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>Instants as RFC 3339 writes them.</summary>
public static partial class Rfc3339
{
    /// <returns>The instant, in its own offset; null when the text is no instant.</returns>
    /// <param name="lacksOffset">True when it is a time of day somewhere, with nothing wrong but that the offset is not said.</param>
    public static DateTimeOffset? Parse(string text, out bool lacksOffset)
    {
        lacksOffset = false;
        if (Pattern.Match(text) is not { Success: true } match) return null;

        // .NET keeps seven digits of a second's fraction.
        var fraction = match.Groups["fraction"].Value;
        var local = $"{match.Groups["date"].Value}T{match.Groups["time"].Value}.{fraction[..Math.Min(7, fraction.Length)].PadRight(7, '0')}";
        var offset = match.Groups["offset"].Value.ToUpperInvariant();
        var parsed = DateTimeOffset.TryParseExact(
            local + (offset is "" or "Z" ? "+00:00" : offset), "yyyy-MM-dd'T'HH:mm:ss.fffffffzzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant);
        lacksOffset = parsed && offset.Length == 0;
        return parsed && !lacksOffset ? instant : null;
    }

    [GeneratedRegex(
        "^(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ](?<time>[0-9]{2}:[0-9]{2}:[0-9]{2})(\\.(?<fraction>[0-9]{1,20}))?(?<offset>[Zz]|[+-][0-9]{2}:[0-9]{2})?\\z",
        RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Pattern { get; }
}
