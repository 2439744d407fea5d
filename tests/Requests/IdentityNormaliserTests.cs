using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Requests;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Requests;

public sealed class IdentityNormaliserTests
{
    private static readonly IdentityTypeRules Exact = new();
    private static readonly IdentityTypeRules CaseInsensitive = new() { CaseInsensitive = true };
    private static readonly IdentityTypeRules Trimmed = new() { Trim = true };

    [Theory]
    [InlineData("C-1042")]
    [InlineData(" C-1042 ")]
    [InlineData("ÅNGSTRÖM")]
    public void Without_a_rule_a_value_stays_as_it_is(string value) => IdentityNormaliser.Normalise(value, "raw", Exact).ShouldBe(value);

    [Theory]
    [InlineData("Ada.Lindqvist@Example.COM", "ada.lindqvist@example.com")]
    [InlineData("ÅSA@EXAMPLE.COM", "åsa@example.com")]
    [InlineData("ΣΟΦΙΑ", "σοφια")]
    [InlineData("\U00010400", "\U00010428")]
    public void A_case_insensitive_value_is_lower_case(string value, string expected) =>
        IdentityNormaliser.Normalise(value, "raw", CaseInsensitive).ShouldBe(expected);

    [Theory]
    [InlineData("\u212A", "k")]
    [InlineData("\u212B", "å")]
    [InlineData("\u0130", "i")]
    [InlineData("\u1E9E", "ß")]
    [InlineData("e\u0301", "\u00E9")]
    public void A_look_alike_never_becomes_the_letter_it_looks_like(string lookAlike, string letter) =>
        IdentityNormaliser.Normalise(lookAlike, "raw", CaseInsensitive).ShouldNotBe(letter);

    [Fact]
    public void Space_around_a_value_is_dropped_where_it_does_not_count() =>
        IdentityNormaliser.Normalise(" \u00A0a b ", "raw", Trimmed).ShouldBe("a b");

    [Fact]
    public void A_hash_is_lower_case_whatever_the_rules() => IdentityNormaliser.Normalise("0C75AB", "md5", Exact).ShouldBe("0c75ab");
}
