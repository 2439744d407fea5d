using System.Globalization;
using System.Text.RegularExpressions;
using ServerlessGdpr.Functions.Requests;

namespace ServerlessGdpr.Functions.Restores.Recognition;

/// <summary>
/// Instants as AWS's events write them: RFC 3339, also without seconds, epoch seconds or milliseconds, and CloudTrail's renderings of dates where they name UTC.
/// A time without an offset is no instant: an hour's mistake would leave people unerased.
/// </summary>
internal static partial class EventInstant
{
    /// <summary>The year 5138 in seconds, 1973 in milliseconds.</summary>
    private const decimal LeastMilliseconds = 100_000_000_000m;

    private static readonly string[] NamedMonths =
        ["MMM d, yyyy, h:mm:ss tt", "MMM d, yyyy h:mm:ss tt", "MMM d, yyyy H:mm:ss", "ddd MMM d HH:mm:ss yyyy", "ddd, d MMM yyyy HH:mm:ss"];

    public static DateTimeOffset? Parse(string text)
    {
        var trimmed = text.Trim();
        if (decimal.TryParse(trimmed, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var epoch)) return OfEpoch(epoch);
        return Rfc3339.Parse(WithSeconds().Replace(trimmed, "${minute}:00${offset}"), out _) ?? ParseNamedMonth(trimmed);
    }

    /// <summary>Rounded down: too early replays too many, too late too few.</summary>
    public static DateTimeOffset? OfEpoch(decimal epoch)
    {
        var seconds = epoch >= LeastMilliseconds ? epoch / 1000 : epoch;
        return seconds is > 0 and < LeastMilliseconds ? DateTimeOffset.UnixEpoch.AddTicks((long)decimal.Floor(seconds * TimeSpan.TicksPerSecond)) : null;
    }

    private static DateTimeOffset? ParseNamedMonth(string text)
    {
        if (!Utc().IsMatch(text)) return null;

        // Java puts a narrow space before AM; the zone stands at the end, or before the year.
        var local = Spaces().Replace(Utc().Replace(text, " "), " ").Trim();
        return DateTimeOffset.TryParseExact(local, NamedMonths, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant : null;
    }

    [GeneratedRegex(@"^(?<minute>\S+[Tt ][0-9]{2}:[0-9]{2})(?<offset>[Zz]|[+-][0-9]{2}:[0-9]{2})\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex WithSeconds();

    [GeneratedRegex(@"\b(UTC|GMT)\b(?![+-])", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Utc();

    [GeneratedRegex(@"\s+", RegexOptions.None, 1000)]
    private static partial Regex Spaces();
}
