using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Tests.Datastores;
using Shouldly;
using Xunit;
using static ServerlessGdpr.Tests.Bundle.ExportedSamples;

namespace ServerlessGdpr.Tests.Bundle;

public sealed class PageRecordsTests
{
    private readonly ExportedSamples samples = new();

    [Theory]
    [InlineData("true", "Yes")]
    [InlineData("false", "No")]
    [InlineData("null", "<span class=\"note\">not given</span>")]
    [InlineData("\"\"", "<span class=\"note\">empty</span>")]
    [InlineData("[]", "<span class=\"note\">empty</span>")]
    [InlineData("{}", "<span class=\"note\">empty</span>")]
    [InlineData("1042", "1042")]
    [InlineData("-0.50", "-0.50")]
    [InlineData("12345678901234567890123", "12345678901234567890123")]
    [InlineData("\"2026-09-14\"", "<time datetime=\"2026-09-14\">14 September 2026</time>")]
    [InlineData("\"2026-09-14T08:12:44+02:00\"", "<time datetime=\"2026-09-14T06:12:44Z\">14 September 2026, 06:12 UTC</time>")]
    [InlineData("\"2026-02-30T08:12:44Z\"", "<bdi>2026-02-30T08:12:44Z</bdi>")]
    [InlineData("\"2026-09\"", "<bdi>2026-09</bdi>")]
    [InlineData("[\"a\",2]", "<ul><li><bdi>a</bdi></li><li>2</li></ul>")]
    [InlineData("{\"inner_part\":1}", "<dl><div><dt><bdi>Inner part</bdi></dt><dd>1</dd></div></dl>")]
    [InlineData(
        "[{\"a\":1},{\"b\":true}]",
        "<table class=\"inner\"><caption><bdi>Value</bdi></caption><thead><tr><th scope=\"col\"><bdi>A</bdi></th><th scope=\"col\"><bdi>B</bdi></th></tr></thead>"
        + "<tbody><tr><td>1</td><td><span class=\"note\">not given</span></td></tr><tr><td><span class=\"note\">not given</span></td><td>Yes</td></tr></tbody></table>")]
    public async Task A_value_is_said_in_words(string json, string html)
    {
        samples.Add("orders", [Record($$"""{"value":{{json}}}""")]);

        (await PackedBundle.OfAsync(samples)).Page.ShouldContain($"<dt><bdi>Value</bdi></dt><dd>{html}</dd>", Case.Sensitive);
    }

    [Fact]
    public async Task Records_that_are_alike_and_plain_are_rows_of_one_table()
    {
        samples.Add("orders", [Record("""{"id":1,"sentOn":"x"}"""), Record("""{"id":2}""")]);

        var page = (await PackedBundle.OfAsync(samples)).Page;

        page.ShouldContain("<caption>Your orders: 2 records</caption><thead><tr><th scope=\"col\"><bdi>Id</bdi></th><th scope=\"col\"><bdi>Sent on</bdi></th></tr></thead>");
        page.ShouldContain("<tr><td>2</td><td><span class=\"note\">not given</span></td></tr>");
    }

    [Theory]
    [InlineData("""{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7}""", """{"a":1}""")]
    [InlineData("""{"a":{"b":1}}""", """{"a":{"b":2}}""")]
    [InlineData("""{"a":1,"b":2}""", """{"c":1,"d":2}""")]
    public async Task Other_records_are_lists_of_fields(string first, string second)
    {
        samples.Add("orders", [Record(first), Record(second)]);

        var page = (await PackedBundle.OfAsync(samples)).Page;

        page.ShouldContain("<h4>Record 2 of 2</h4><dl class=\"facts\">");
        page.ShouldNotContain("<caption>Your orders");
    }

    [Fact]
    public async Task Fields_are_called_as_the_data_map_says()
    {
        var rules = new ExportRules { Labels = new Dictionary<string, string> { ["id"] = "Number of your order", ["lines.n"] = "How many" } };
        samples.Add("orders", [Record("""{"id":1,"lines":[{"n":2}]}""")], rules);

        var page = (await PackedBundle.OfAsync(samples)).Page;

        page.ShouldContain("<dt><bdi>Number of your order</bdi></dt>");
        page.ShouldContain("<th scope=\"col\"><bdi>How many</bdi></th>");
    }

    [Fact]
    public async Task What_was_left_out_in_a_list_is_said_in_each_of_its_elements()
    {
        samples.Add("orders", [Record("""{"lines":[{"article":"Tent","seller":null},{"article":"Mat","seller":null}]}""", "lines.seller")]);

        (await PackedBundle.OfAsync(samples)).Page.Split("left out because it is about another person").Length.ShouldBe(3);
    }

    [Fact]
    public async Task Where_nothing_is_held_nobody_needs_to_know_what_it_would_be_used_for()
    {
        samples.Add("orders", []).Add("notes", [Record("""{"id":1}""")], processing: SampleProcessing.Processing with { Title = "Notes" });

        (await PackedBundle.OfAsync(samples)).Page.Split("What it is used for").Length.ShouldBe(2);
    }
}
