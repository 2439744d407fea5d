using CsCheck;
using ServerlessGdpr.Functions.Datastores;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Datastores;

public sealed class KeyTemplateTests
{
    [Theory]
    [InlineData("customers/{customer_id}/", "1", "customers/1/")]
    [InlineData("{customer_id}#ORDER#", "1", "1#ORDER#")]
    [InlineData("{customer_id}#", "é", "é#")]
    public void A_value_becomes_the_prefix_of_its_own_keys(string template, string value, string key) => Prefix(template, value).ShouldBe(key);

    [Theory]
    [InlineData("customers/{customer_id}/", "1/")]
    [InlineData("customers/{customer_id}/", "1/orders")]
    [InlineData("customers/{customer_id}/", "../2")]
    [InlineData("{customer_id}#ORDER#", "1#ORDER#2")]
    [InlineData("{customer_id}#ORDER#", "1#ORDER")]
    [InlineData("{customer_id}##", "1#")]
    [InlineData("{customer_id}#", "#")]
    [InlineData("{customer_id}#", "")]
    [InlineData("{customer_id}#", "a\u0000")]
    [InlineData("{customer_id}#", "a\n")]
    public void A_value_that_could_be_somebody_elses_matches_nothing(string template, string value) => Prefix(template, value).ShouldBeNull();

    [Fact]
    public void Half_a_character_matches_nothing()
    {
        Prefix("{customer_id}#", "\U0001F600").ShouldBe("\U0001F600#");
        Prefix("{customer_id}#", "\ud83d").ShouldBeNull();
        Prefix("{customer_id}#", "\ude00a").ShouldBeNull();
    }

    [Fact]
    public void A_dot_in_an_address_is_no_delimiter_of_a_file_name()
    {
        var template = KeyTemplate.Parse("profiles/{email}.json", "email");

        template.Expand("ada.l@shop.example", asPrefix: false, maxBytes: 1024, separator: '/').ShouldBe("profiles/ada.l@shop.example.json");
        template.Expand("ada.json", asPrefix: false, maxBytes: 1024, separator: '/').ShouldBeNull();
    }

    [Fact]
    public void The_longest_key_is_measured_in_bytes()
    {
        var template = KeyTemplate.Parse("{customer_id}/", "customer_id");

        template.Expand(new string('é', 511), asPrefix: true, maxBytes: 1024).ShouldNotBeNull();
        template.Expand(new string('é', 512), asPrefix: true, maxBytes: 1024).ShouldBeNull();
    }

    [Fact]
    public void No_two_people_reach_a_common_key()
    {
        var value = Gen.Char["1#a"].Array[0, 6].Select(chars => new string(chars));
        value.Select(value, value).Sample((one, other, rest) =>
        {
            if (Prefix("{customer_id}#a#", one) is not { } mine || Prefix("{customer_id}#a#", other) is not { } theirs || one == other) return;
            (theirs + rest).StartsWith(mine, StringComparison.Ordinal).ShouldBeFalse();
        }, iter: 20_000);
    }

    private static string? Prefix(string template, string value) =>
        KeyTemplate.Parse(template, template.Contains("customer_id", StringComparison.Ordinal) ? "customer_id" : "email").Expand(value, asPrefix: true, maxBytes: 1024);
}
