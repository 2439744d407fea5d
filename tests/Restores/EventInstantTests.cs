using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Functions.Restores.Recognition;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Restores;

public sealed class EventInstantTests
{
    [Theory]
    [InlineData("2026-11-18T03:00:00Z")]
    [InlineData("2026-11-18T04:00:00.000+01:00")]
    [InlineData("2026-11-18T03:00Z")]
    [InlineData("2026-11-18 03:00:00Z")]
    [InlineData("1794970800")]
    [InlineData("1794970800.0")]
    [InlineData("1794970800000")]
    [InlineData("Nov 18, 2026, 3:00:00 AM UTC")]
    [InlineData("Nov 18, 2026, 3:00:00\u202fAM UTC")]
    [InlineData("Nov 18, 2026 3:00:00 AM GMT")]
    [InlineData("Wed Nov 18 03:00:00 UTC 2026")]
    [InlineData("Wed, 18 Nov 2026 03:00:00 GMT")]
    public void An_instant_is_read_however_AWS_writes_it(string text) => EventInstant.Parse(text).ShouldBe(new DateTimeOffset(2026, 11, 18, 3, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("2026-11-18T03:00:00")]
    [InlineData("2026-11-18T03:00")]
    [InlineData("2026-11-18")]
    [InlineData("Nov 18, 2026, 3:00:00 AM")]
    [InlineData("Nov 18, 2026 3:00:00 AM")]
    [InlineData("Wed Nov 18 03:00:00 2026")]
    [InlineData("Wed Nov 18 03:00:00 CET 2026")]
    [InlineData("Wed, 18 Nov 2026 03:00:00 GMT+2")]
    [InlineData("2026-13-18T03:00:00Z")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("99999999999999999")]
    [InlineData("latest")]
    [InlineData("")]
    public void What_does_not_say_its_offset_or_is_no_time_is_no_instant(string text) => EventInstant.Parse(text).ShouldBeNull();

    [Fact]
    public void A_fraction_is_never_rounded_up() => EventInstant.OfEpoch(1794970800.99999999m).ShouldBe(
        new DateTimeOffset(2026, 11, 18, 3, 0, 0, TimeSpan.Zero).AddTicks(9_999_999));
}
