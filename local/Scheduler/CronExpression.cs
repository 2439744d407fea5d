namespace ServerlessGdpr.Local.Scheduler;

/// <summary>AWS's six fields: minutes, hours, day of month, month, day of week (1 is Sunday), year. One of the two day fields is <c>?</c>.</summary>
internal sealed class CronExpression : ScheduleExpression
{
    private const int LastYear = 2199;
    private static readonly string[] Months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    private static readonly string[] Days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    private readonly TimeZoneInfo zone;
    private readonly CronField minutes;
    private readonly CronField hours;
    private readonly CronField months;
    private readonly CronField years;
    private readonly Func<DateOnly, bool> isDay;

    public CronExpression(string text, string fields, TimeZoneInfo zone)
    {
        if (fields.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var minute, var hour, var day, var month, var weekday, var year] || (day == "?") == (weekday == "?"))
            throw Invalid(text);
        this.zone = zone;
        minutes = new CronField(text, minute, 0, 59, []);
        hours = new CronField(text, hour, 0, 23, []);
        months = new CronField(text, month, 1, 12, Months);
        years = new CronField(text, year, 1970, LastYear, []);
        isDay = day == "?" ? CronDays.OfWeek(text, weekday, Days) : CronDays.OfMonth(text, day);
    }

    public override DateTimeOffset? Next(DateTimeOffset previous)
    {
        var start = TimeZoneInfo.ConvertTime(previous, zone).DateTime;
        for (var date = DateOnly.FromDateTime(start); date.Year <= LastYear; date = date.AddDays(1))
        {
            if (!years.Contains(date.Year)) date = new DateOnly(date.Year, 12, 31);
            else if (!months.Contains(date.Month)) date = new DateOnly(date.Year, date.Month, DateTime.DaysInMonth(date.Year, date.Month));
            else if (isDay(date) && TimesOf(date).Select(InUtc).FirstOrDefault(instant => instant > previous) is var found && found != default) return found;
        }

        return null;
    }

    private IEnumerable<DateTime> TimesOf(DateOnly date) =>
        from hour in Enumerable.Range(0, 24).Where(hours.Contains)
        from minute in Enumerable.Range(0, 60).Where(minutes.Contains)
        select date.ToDateTime(new TimeOnly(hour, minute));

    /// <summary>A time that the clocks skip in spring is not due at all; <c>default</c> stands for it.</summary>
    private DateTimeOffset InUtc(DateTime local) => zone.IsInvalidTime(local) ? default : new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
}
