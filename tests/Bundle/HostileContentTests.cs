using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Bundle;

public sealed partial class HostileContentTests
{
    public static IEnumerable<TheoryDataRow<int>> Values => Enumerable.Range(0, HostileContent.Shown.Length).Select(number => new TheoryDataRow<int>(number));

    [Theory]
    [MemberData(nameof(Values))]
    public async Task A_value_is_the_same_in_the_data_and_only_text_on_the_page(int number)
    {
        var value = HostileContent.Shown[number].Value;
        var bundle = await PackedBundle.OfAsync(HostileContent.Exports());

        Tags().Matches(bundle.Page).Select(tag => tag.Groups["name"].Value).ShouldBeSubsetOf([.. HostileContent.Elements, "!DOCTYPE"]);
        bundle.Page.ShouldNotContain("<!--");
        Unprintable().IsMatch(bundle.Page).ShouldBeFalse();
        if (value.AsSpan().ContainsAny('<', '"', '\'')) bundle.Page.ShouldNotContain(value, Case.Sensitive);
        if (value.EnumerateRunes().All(rune => rune.Value != 0xFFFD)) ((string?)bundle.Records("fields")[number]!["plain"]).ShouldBe(value);
    }

    [Fact]
    public async Task Even_a_value_that_got_through_could_do_nothing()
    {
        var page = (await PackedBundle.OfAsync(HostileContent.Exports())).Page;

        page.ShouldContain("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">");
        page.IndexOf("Content-Security-Policy", StringComparison.Ordinal).ShouldBeLessThan(page.IndexOf("<title>", StringComparison.Ordinal));
    }

    [GeneratedRegex("</?(?<name>[^ >]*)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Tags();

    [GeneratedRegex(@"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|&#x(0?[0-8bc]|0?[ef]|1.|7f|[89].|202[a-e]|206[6-9]);", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Unprintable();
}
