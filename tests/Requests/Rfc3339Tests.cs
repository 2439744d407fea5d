using System.Globalization;
using ServerlessGdpr.Functions.Requests;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Requests;

public sealed class Rfc3339Tests
{
    [Theory]
    [InlineData("2026-11-20T09:30:00+01:00", "2026-11-20T09:30:00.0000000+01:00")]
    [InlineData("2026-11-20T09:30:00Z", "2026-11-20T09:30:00.0000000+00:00")]
    [InlineData("2026-11-20t09:30:00z", "2026-11-20T09:30:00.0000000+00:00")]
    [InlineData("2026-11-20 09:30:00-00:00", "2026-11-20T09:30:00.0000000+00:00")]
    [InlineData("2026-11-20T09:30:00.5-12:30", "2026-11-20T09:30:00.5000000-12:30")]
    [InlineData("2026-11-20T09:30:00.123456789Z", "2026-11-20T09:30:00.1234567+00:00")]
    public void An_instant_is_read_in_its_own_offset(string text, string expected) =>
        Rfc3339.Parse(text, out _)!.Value.ToString("O", CultureInfo.InvariantCulture).ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData("2026-11-20")]
    [InlineData("20261120T093000Z")]
    [InlineData("2026-11-20T09:30Z")]
    [InlineData("2026-11-20T09:30:00.Z")]
    [InlineData("2026-11-20T09:30:00+0100")]
    [InlineData("2026-11-20T09:30:00+01:00 ")]
    [InlineData("2026-11-20T09:30:00+01:00\n")]
    [InlineData("2026-02-29T09:30:00Z")]
    [InlineData("2026-11-20T24:30:00Z")]
    [InlineData("2026-11-20T09:30:00+25:00")]
    [InlineData("٢٠٢٦-11-20T09:30:00Z")]
    public void What_RFC_3339_does_not_write_is_no_instant(string text)
    {
        Rfc3339.Parse(text, out var lacksOffset).ShouldBeNull();
        lacksOffset.ShouldBeFalse();
    }

    [Theory]
    [InlineData("2026-11-20T09:30:00")]
    [InlineData("2026-11-20T09:30:00.25")]
    public void A_time_without_offset_is_told_from_a_malformed_one(string text)
    {
        Rfc3339.Parse(text, out var lacksOffset).ShouldBeNull();
        lacksOffset.ShouldBeTrue();
    }
}
