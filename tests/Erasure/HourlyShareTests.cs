using System.Globalization;
using ServerlessGdpr.Functions.Erasure;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Erasure;

public sealed class HourlyShareTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 11, 59, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(HourlyShare.Limit)]
    public void As_many_as_fit_into_a_run_are_asked_about_every_hour(int open) =>
        Ids(Math.Max(open, 1)).ShouldAllBe(id => HourlyShare.Includes(id, open, Now));

    [Theory]
    [InlineData(HourlyShare.Limit + 1, 2)]
    [InlineData(5 * HourlyShare.Limit, 5)]
    public void More_are_asked_about_once_each_in_as_many_hours_as_it_takes(int open, int hours)
    {
        var asked = Enumerable.Range(0, hours).Select(hour => Ids(open).Where(id => HourlyShare.Includes(id, open, Now.AddHours(hour))).ToList()).ToList();

        asked.SelectMany(ids => ids).ShouldBe(Ids(open), ignoreOrder: true);
        asked.ShouldAllBe(ids => ids.Count < HourlyShare.Limit * 11 / 10);
    }

    /// <summary>As a database numbers them.</summary>
    private static IEnumerable<string> Ids(int count) =>
        Enumerable.Range(0, count).Select(number => string.Create(CultureInfo.InvariantCulture, $"00000000-0000-4000-8000-{number:x12}-0123456789abcdef"));
}
