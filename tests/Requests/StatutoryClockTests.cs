using System.Globalization;
using CsCheck;
using ServerlessGdpr.Functions.Requests;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Requests;

public sealed class StatutoryClockTests
{
    private static readonly Gen<DateTimeOffset> Instants =
        from day in Gen.Date[new DateTime(1999, 1, 1), new DateTime(2101, 1, 1)]
        from tick in Gen.Long[0, TimeSpan.TicksPerDay - 1]
        from offset in Gen.Int[-14 * 60, 14 * 60]
        select new DateTimeOffset(day.Date.AddTicks(tick), TimeSpan.FromMinutes(offset));

    [Theory]
    [InlineData("2026-11-20T09:30:00+01:00", "2026-12-20T09:30:00+01:00")]
    [InlineData("2026-01-31T12:00:00Z", "2026-02-28T12:00:00Z")]
    [InlineData("2028-01-31T12:00:00Z", "2028-02-29T12:00:00Z")]
    [InlineData("2026-03-31T23:59:59.9999999-05:00", "2026-04-30T23:59:59.9999999-05:00")]
    [InlineData("2026-12-31T00:00:00+14:00", "2027-01-31T00:00:00+14:00")]
    [InlineData("2026-02-28T00:00:00Z", "2026-03-28T00:00:00Z")]
    public void A_request_is_due_one_calendar_month_after_it_was_made(string submitted, string due) =>
        StatutoryClock.DueAt(Instant(submitted)).ShouldBe(Instant(due));

    [Fact]
    public void The_due_date_lies_in_the_next_month_of_where_the_person_asked() => Instants.Always(submitted =>
    {
        var due = StatutoryClock.DueAt(submitted);
        var monthEnd = DateTime.DaysInMonth(due.Year, due.Month);
        return due.Offset == submitted.Offset
            && due.TimeOfDay == submitted.TimeOfDay
            && ((due.Year * 12) + due.Month) == ((submitted.Year * 12) + submitted.Month) + 1
            && due.Day == Math.Min(submitted.Day, monthEnd);
    });

    // By the day: at eleven in the evening of 30 January and at one in the morning of the 31st, a month ends on 28 February, at those times.
    [Fact]
    public void Whoever_asks_later_in_the_same_offset_is_never_due_on_an_earlier_day() =>
        Gen.Select(Instants, Gen.Long[0, 60 * TimeSpan.TicksPerDay]).Always(asked =>
        {
            var (submitted, ticks) = asked;
            return StatutoryClock.DueAt(submitted.AddTicks(ticks)).Date >= StatutoryClock.DueAt(submitted).Date;
        });

    [Fact]
    public void Whoever_asks_later_on_the_same_day_is_never_due_earlier() =>
        Gen.Select(Instants, Gen.Long[0, TimeSpan.TicksPerDay - 1]).Always(asked =>
        {
            var (submitted, ticks) = asked;
            var later = new DateTimeOffset(submitted.Date, submitted.Offset).AddTicks(Math.Max(ticks, submitted.TimeOfDay.Ticks));
            return StatutoryClock.DueAt(later) >= StatutoryClock.DueAt(submitted);
        });

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
