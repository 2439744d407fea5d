using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Scheduler;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local;

public sealed class ScheduleExpressionTests
{
    [Theory]
    [InlineData("rate(1 hour)", "2026-01-31T10:00:00Z", "2026-01-31T11:00:00Z")]
    [InlineData("rate(5 minutes)", "2026-01-31T10:00:00Z", "2026-01-31T10:05:00Z")]
    [InlineData("rate(7 days)", "2026-01-31T10:00:00Z", "2026-02-07T10:00:00Z")]
    [InlineData("cron(0 12 * * ? *)", "2026-01-31T12:00:00Z", "2026-02-01T12:00:00Z")]
    [InlineData("cron(0/15 * * * ? *)", "2026-01-31T10:16:30Z", "2026-01-31T10:30:00Z")]
    [InlineData("cron(0 8 1 * ? *)", "2026-01-31T10:00:00Z", "2026-02-01T08:00:00Z")]
    [InlineData("cron(0 8 L * ? *)", "2026-01-31T10:00:00Z", "2026-02-28T08:00:00Z")]
    [InlineData("cron(0 8 31W * ? *)", "2026-01-31T10:00:00Z", "2026-03-31T08:00:00Z")]
    [InlineData("cron(0 8 1W * ? *)", "2026-01-31T10:00:00Z", "2026-02-02T08:00:00Z")]
    [InlineData("cron(0 18 ? * MON-FRI *)", "2026-01-30T18:00:00Z", "2026-02-02T18:00:00Z")]
    [InlineData("cron(0 18 ? * 6L *)", "2026-01-31T10:00:00Z", "2026-02-27T18:00:00Z")]
    [InlineData("cron(0 18 ? * 3#2 *)", "2026-01-31T10:00:00Z", "2026-02-10T18:00:00Z")]
    [InlineData("cron(30 9,17 ? JAN,JUL SAT 2026-2028)", "2026-01-31T17:30:00Z", "2026-07-04T09:30:00Z")]
    [InlineData("cron(0 0 29 2 ? *)", "2026-01-31T10:00:00Z", "2028-02-29T00:00:00Z")]
    public void The_next_instant_is_the_first_one_after_the_previous(string expression, string previous, string next) =>
        ScheduleExpression.ParseForRule(expression).Next(DateTimeOffset.Parse(previous)).ShouldBe(DateTimeOffset.Parse(next));

    [Theory]
    [InlineData("rate(1 hours)")]
    [InlineData("rate(2 hour)")]
    [InlineData("rate(0 hours)")]
    [InlineData("rate(1 week)")]
    [InlineData("cron(0 12 * * *)")]
    [InlineData("cron(0 12 * * * *)")]
    [InlineData("cron(0 12 ? * ? *)")]
    [InlineData("cron(60 12 * * ? *)")]
    [InlineData("cron(0 12 ? * 0 *)")]
    [InlineData("at(2026-01-31T10:00:00)")]
    [InlineData("every hour")]
    public void A_rule_refuses_what_is_no_schedule(string expression) => Should.Throw<AwsError>(() => ScheduleExpression.ParseForRule(expression));

    [Fact]
    public void A_year_that_is_over_is_never_due() =>
        ScheduleExpression.ParseForRule("cron(0 12 * * ? 2020)").Next(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).ShouldBeNull();

    [Fact]
    public void A_single_instant_is_due_once()
    {
        var expression = ScheduleExpression.ParseForSchedule("at(2026-02-01T08:00:00)", TimeZoneInfo.Utc);
        var instant = new DateTimeOffset(2026, 2, 1, 8, 0, 0, TimeSpan.Zero);

        expression.First(instant.AddDays(-1)).ShouldBe(instant);
        expression.Next(instant).ShouldBeNull();
    }

    [Theory]
    [InlineData("cron(0 8 * * ? *)", "America/New_York", "2026-03-07T12:00:00Z", "2026-03-07T13:00:00Z", "2026-03-08T12:00:00Z")]
    [InlineData("cron(30 2 * * ? *)", "Europe/Berlin", "2026-03-28T00:00:00Z", "2026-03-28T01:30:00Z", "2026-03-30T00:30:00Z")]
    [InlineData("cron(30 2 * * ? *)", "America/New_York", "2026-03-07T00:00:00Z", "2026-03-07T07:30:00Z", "2026-03-09T06:30:00Z")]
    [InlineData("cron(30 2 25 10 ? *)", "Europe/Berlin", "2026-10-24T00:00:00Z", "2026-10-25T01:30:00Z", "2027-10-25T00:30:00Z")]
    [InlineData("cron(30 1 * * ? *)", "America/New_York", "2026-10-31T12:00:00Z", "2026-11-01T06:30:00Z", "2026-11-02T06:30:00Z")]
    [InlineData("cron(0 0 1 * ? *)", "Asia/Kolkata", "2026-01-31T10:00:00Z", "2026-01-31T18:30:00Z", "2026-02-28T18:30:00Z")]
    [InlineData("cron(0 12 L * ? *)", "Pacific/Auckland", "2026-02-01T00:00:00Z", "2026-02-27T23:00:00Z", "2026-03-30T23:00:00Z")]
    [InlineData("rate(1 day)", "Europe/Berlin", "2026-03-28T07:00:00Z", "2026-03-29T07:00:00Z", "2026-03-30T07:00:00Z")]
    public void In_a_time_zone_a_skipped_time_is_not_due_and_a_repeated_one_is_due_once(string expression, string zone, string previous, string first, string second)
    {
        var schedule = ScheduleExpression.ParseForSchedule(expression, TimeZoneInfo.FindSystemTimeZoneById(zone));

        schedule.Next(DateTimeOffset.Parse(previous)).ShouldBe(DateTimeOffset.Parse(first));
        schedule.Next(DateTimeOffset.Parse(first)).ShouldBe(DateTimeOffset.Parse(second));
    }

    [Theory]
    [InlineData("at(2026-03-29T02:30:00)", "Europe/Berlin", null)]
    [InlineData("at(2026-03-29T03:00:00)", "Europe/Berlin", "2026-03-29T01:00:00Z")]
    [InlineData("at(2026-07-01T08:00:00)", "America/New_York", "2026-07-01T12:00:00Z")]
    [InlineData("at(2026-01-01T00:00:00)", "UTC", null)]
    public void A_single_instant_is_due_where_its_zone_has_it_and_never_when_the_clocks_skip_it_or_it_is_over(string expression, string zone, string? due) =>
        ScheduleExpression.ParseForSchedule(expression, TimeZoneInfo.FindSystemTimeZoneById(zone)).First(new DateTimeOffset(2026, 1, 31, 0, 0, 0, TimeSpan.Zero))
            .ShouldBe(due is null ? null : DateTimeOffset.Parse(due));

    [Theory]
    [InlineData("at(2026-02-30T00:00:00)")]
    [InlineData("at(2026-02-01)")]
    [InlineData("at(2026-02-01T08:00:00Z)")]
    [InlineData("rate(1 second)")]
    [InlineData("rate(-1 hours)")]
    [InlineData("cron(0 24 * * ? *)")]
    [InlineData("cron(0 12 32 * ? *)")]
    [InlineData("cron(0 12 ? * MON#6 *)")]
    [InlineData("cron(0 12 * 13 ? *)")]
    public void A_schedule_refuses_what_is_none(string text) =>
        Should.Throw<AwsError>(() => ScheduleExpression.ParseForSchedule(text, TimeZoneInfo.Utc)).Code.ShouldBe("ValidationException");

    [Fact]
    public void A_time_zone_moves_the_instant_with_the_clocks()
    {
        var berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var expression = ScheduleExpression.ParseForSchedule("cron(0 8 * * ? *)", berlin);

        var winter = expression.Next(new DateTimeOffset(2026, 3, 28, 0, 0, 0, TimeSpan.Zero));
        var summer = expression.Next(winter!.Value);

        winter.ShouldBe(new DateTimeOffset(2026, 3, 28, 7, 0, 0, TimeSpan.Zero));
        summer.ShouldBe(new DateTimeOffset(2026, 3, 29, 6, 0, 0, TimeSpan.Zero));
    }
}
