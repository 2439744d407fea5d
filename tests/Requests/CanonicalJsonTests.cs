using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using ServerlessGdpr.Functions.Requests;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Requests;

/// <summary>The vectors are those of RFC 8785.</summary>
public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("0000000000000000", "0")]
    [InlineData("8000000000000000", "0")]
    [InlineData("0000000000000001", "5e-324")]
    [InlineData("8000000000000001", "-5e-324")]
    [InlineData("7fefffffffffffff", "1.7976931348623157e+308")]
    [InlineData("ffefffffffffffff", "-1.7976931348623157e+308")]
    [InlineData("4340000000000000", "9007199254740992")]
    [InlineData("c340000000000000", "-9007199254740992")]
    [InlineData("4430000000000000", "295147905179352830000")]
    [InlineData("44b52d02c7e14af5", "9.999999999999997e+22")]
    [InlineData("44b52d02c7e14af6", "1e+23")]
    [InlineData("44b52d02c7e14af7", "1.0000000000000001e+23")]
    [InlineData("444b1ae4d6e2ef4e", "999999999999999700000")]
    [InlineData("444b1ae4d6e2ef4f", "999999999999999900000")]
    [InlineData("444b1ae4d6e2ef50", "1e+21")]
    [InlineData("3eb0c6f7a0b5ed8c", "9.999999999999997e-7")]
    [InlineData("3eb0c6f7a0b5ed8d", "0.000001")]
    [InlineData("41b3de4355555553", "333333333.3333332")]
    [InlineData("41b3de4355555554", "333333333.33333325")]
    [InlineData("41b3de4355555555", "333333333.3333333")]
    [InlineData("41b3de4355555556", "333333333.3333334")]
    [InlineData("41b3de4355555557", "333333333.33333343")]
    [InlineData("becbf647612f3696", "-0.0000033333333333333333")]
    [InlineData("43143ff3c1cb0959", "1424953923781206.2")]
    public void A_number_is_written_as_ECMAScript_writes_it(string bits, string expected) =>
        CanonicalJson.Number(BitConverter.Int64BitsToDouble(long.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture))).ShouldBe(expected);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void What_is_no_number_in_JSON_is_refused(double value) => Should.Throw<ArgumentOutOfRangeException>(() => CanonicalJson.Number(value));

    [Fact]
    public void The_sample_of_the_RFC_has_the_form_of_the_RFC() =>
        Canonical("""
            {
              "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """).ShouldBe("""{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}""");

    [Fact]
    public void Names_are_sorted_by_UTF_16_code_units()
    {
        var canonical = Canonical("""
            {"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One",
             "\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}
            """);

        canonical.ShouldBe(
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"\u00f6\":\"Latin Small Letter O With Diaeresis\","
            + "\"\u20ac\":\"Euro Sign\",\"\U0001F600\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}");
    }

    [Theory]
    [InlineData("{}", "{}")]
    [InlineData("[ ]", "[]")]
    [InlineData(""" { "b" : [ { } , [ ] ] , "a" : "" } """, """{"a":"","b":[{},[]]}""")]
    [InlineData("\"\\b\\t\\n\\f\\r\\u0000\\u001f\\u007f\"", "\"\\b\\t\\n\\f\\r\\u0000\\u001f\u007f\"")]
    public void Space_is_left_out_and_only_what_must_be_is_escaped(string json, string expected) => Canonical(json).ShouldBe(expected);

    [Fact]
    public void A_number_reads_back_as_itself() =>
        Gen.Double.Where(double.IsFinite).Always(value =>
            double.Parse(CanonicalJson.Number(value), CultureInfo.InvariantCulture).Equals(value == 0 ? 0.0 : value), times: 20_000);

    [Fact]
    public void Neither_the_order_of_names_nor_their_spelling_changes_the_form() =>
        Gen.Dictionary(Gen.String, Gen.String)[0, 6].Where(map => map.Keys.Concat(map.Values).All(IsText)).Always(map =>
        {
            var straight = "{" + string.Join(",", map.Select(pair => $"{Plain(pair.Key)}:{Plain(pair.Value)}")) + "}";
            var shuffled = "{ " + string.Join(" , ", map.Reverse().Select(pair => $"{Escaped(pair.Key)} : {Escaped(pair.Value)}")) + " }";
            return Canonical(straight) == Canonical(shuffled) && Canonical(Canonical(straight)) == Canonical(straight);
        });

    private static string Canonical(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Encoding.UTF8.GetString(CanonicalJson.Encode(document.RootElement));
    }

    private static bool IsText(string text) => !text.EnumerateRunes().Contains(Rune.ReplacementChar);

    private static string Plain(string text) => $"\"{JavaScriptPlain(text)}\"";

    private static string JavaScriptPlain(string text) =>
        string.Concat(text.Select(unit => unit is '"' or '\\' or < ' ' ? $"\\u{(int)unit:x4}" : unit.ToString()));

    private static string Escaped(string text) => $"\"{string.Concat(text.Select(unit => $"\\u{(int)unit:X4}"))}\"";
}
