using System.Globalization;

namespace ServerlessGdpr.Local.Scheduler;

/// <summary>The day fields of a cron expression, with L (last), W (nearest weekday) and # (nth weekday of the month).</summary>
internal static class CronDays
{
    public static Func<DateOnly, bool> OfMonth(string expression, string field)
    {
        if (field == "L") return date => date.AddDays(1).Day == 1;
        if (field == "LW") return date => date == NearestWeekday(date, DateTime.DaysInMonth(date.Year, date.Month));
        if (field.EndsWith('W'))
        {
            var wanted = Number(expression, field[..^1], 1, 31);
            return date => wanted <= DateTime.DaysInMonth(date.Year, date.Month) && date == NearestWeekday(date, wanted);
        }

        var days = new CronField(expression, field, 1, 31, []);
        return date => days.Contains(date.Day);
    }

    public static Func<DateOnly, bool> OfWeek(string expression, string field, string[] names)
    {
        if (field.Split('#') is [var weekday, var nth])
        {
            var day = new CronField(expression, weekday, 1, 7, names);
            var wanted = Number(expression, nth, 1, 5);
            return date => day.Contains(Weekday(date)) && ((date.Day - 1) / 7) + 1 == wanted;
        }

        if (field == "L") return date => Weekday(date) == 7;
        if (field.EndsWith('L'))
        {
            var day = new CronField(expression, field[..^1], 1, 7, names);
            return date => day.Contains(Weekday(date)) && date.AddDays(7).Month != date.Month;
        }

        var days = new CronField(expression, field, 1, 7, names);
        return date => days.Contains(Weekday(date));
    }

    private static int Weekday(DateOnly date) => (int)date.DayOfWeek + 1;

    private static int Number(string expression, string text, int minimum, int maximum) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum ? number : throw ScheduleExpression.Invalid(expression);

    /// <summary>The weekday nearest to a day, within its month.</summary>
    private static DateOnly NearestWeekday(DateOnly month, int day)
    {
        var wanted = new DateOnly(month.Year, month.Month, day);
        return wanted.DayOfWeek switch
        {
            DayOfWeek.Saturday => day == 1 ? wanted.AddDays(2) : wanted.AddDays(-1),
            DayOfWeek.Sunday => wanted.AddDays(1).Month == wanted.Month ? wanted.AddDays(1) : wanted.AddDays(-2),
            _ => wanted,
        };
    }
}
