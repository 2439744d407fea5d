using System.Globalization;
using System.Text.RegularExpressions;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Scheduler;

/// <summary>When something is due: <c>rate(...)</c>, <c>cron(...)</c> or <c>at(...)</c>.</summary>
internal abstract partial class ScheduleExpression
{
    /// <returns>The first instant after <paramref name="previous"/>; null when there is none.</returns>
    public abstract DateTimeOffset? Next(DateTimeOffset previous);

    /// <summary>The first instant of a schedule that begins at <paramref name="start"/>.</summary>
    public virtual DateTimeOffset? First(DateTimeOffset start) => Next(start);

    /// <summary>A rule's expression: in UTC, no <c>at</c>, and a rate counts from the rule's creation.</summary>
    public static ScheduleExpression ParseForRule(string text) =>
        (ScheduleExpression?)ParseRate(text, startsAtOnce: false) ?? ParseCron(text, TimeZoneInfo.Utc) ?? throw Invalid(text);

    /// <summary>A schedule's expression: a rate fires first when the schedule begins.</summary>
    public static ScheduleExpression ParseForSchedule(string text, TimeZoneInfo zone) =>
        (ScheduleExpression?)ParseRate(text, startsAtOnce: true) ?? ParseCron(text, zone) ?? (ScheduleExpression?)ParseAt(text, zone) ?? throw Invalid(text);

    internal static AwsError Invalid(string text) => new("ValidationException", $"Parameter ScheduleExpression is not valid: {text}.");

    private static RateExpression? ParseRate(string text, bool startsAtOnce)
    {
        var match = Rate().Match(text);
        if (!match.Success || !int.TryParse(match.Groups["value"].Value, CultureInfo.InvariantCulture, out var value)) return null;
        var isPlural = match.Groups["plural"].Success;
        if (value < 1 || (value == 1) == isPlural) throw Invalid(text);
        var unit = match.Groups["unit"].Value switch
        {
            "minute" => TimeSpan.FromMinutes(1),
            "hour" => TimeSpan.FromHours(1),
            _ => TimeSpan.FromDays(1),
        };
        return new RateExpression(unit * value, startsAtOnce);
    }

    private static CronExpression? ParseCron(string text, TimeZoneInfo zone) =>
        text.StartsWith("cron(", StringComparison.Ordinal) && text.EndsWith(')') ? new CronExpression(text, text[5..^1], zone) : null;

    private static AtExpression? ParseAt(string text, TimeZoneInfo zone) =>
        text.StartsWith("at(", StringComparison.Ordinal) && text.EndsWith(')')
        && DateTime.TryParseExact(text[3..^1], "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
            ? new AtExpression(zone.IsInvalidTime(local) ? null : new DateTimeOffset(local, zone.GetUtcOffset(local)))
            : null;

    [GeneratedRegex(@"^rate\((?<value>[0-9]+) (?<unit>minute|hour|day)(?<plural>s)?\)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Rate();
}

internal sealed class RateExpression(TimeSpan period, bool startsAtOnce) : ScheduleExpression
{
    public override DateTimeOffset? Next(DateTimeOffset previous) => previous + period;

    public override DateTimeOffset? First(DateTimeOffset start) => startsAtOnce ? start : start + period;
}

/// <param name="instant">Null for a time that the clocks skip: it never comes.</param>
internal sealed class AtExpression(DateTimeOffset? instant) : ScheduleExpression
{
    public override DateTimeOffset? Next(DateTimeOffset previous) => instant > previous ? instant : null;
}
