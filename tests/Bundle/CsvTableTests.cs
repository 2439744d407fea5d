using ServerlessGdpr.Functions.Access;
using ServerlessGdpr.Functions.Access.Bundle;
using ServerlessGdpr.Functions.Datastores;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Bundle;

public sealed class CsvTableTests
{
    [Theory]
    [InlineData("""{"a":"x,y"}""", "\"x,y\"")]
    [InlineData("""{"a":"say \"hi\""}""", "\"say \"\"hi\"\"\"")]
    [InlineData("{\"a\":\"two\\nlines\"}", "\"two\nlines\"")]
    [InlineData("""{"a":"=HYPERLINK(1)"}""", "'=HYPERLINK(1)")]
    [InlineData("""{"a":"+1"}""", "'+1")]
    [InlineData("""{"a":"-1"}""", "'-1")]
    [InlineData("""{"a":"@x"}""", "'@x")]
    [InlineData("""{"a":-1}""", "-1")]
    [InlineData("""{"a":true}""", "true")]
    [InlineData("""{"a":null}""", "")]
    [InlineData("""{"a":{}}""", "{}")]
    [InlineData("""{"a":"\t=1"}""", "\"'\t'=1\"")]
    [InlineData("""{"a":"\r=1"}""", "\"'\r'=1\"")]
    [InlineData("""{"a":"x;=HYPERLINK(1);y"}""", "\"x;'=HYPERLINK(1);y\"")]
    [InlineData("""{"a":"x\t@y"}""", "\"x\t'@y\"")]
    [InlineData("""{"a":"x\n-y"}""", "\"x\n'-y\"")]
    [InlineData("""{"a":["x;=1"]}""", "\"[\n  \"\"x;'=1\"\"\n]\"")]
    [InlineData("""{"a":"x=1-2"}""", "x=1-2")]
    [InlineData("""{"a":" plain "}""", " plain ")]
    [InlineData("""{"a":["x","y"]}""", "\"[\n  \"\"x\"\",\n  \"\"y\"\"\n]\"")]
    public async Task A_value_is_a_cell_that_every_spreadsheet_reads_and_none_runs(string record, string cell) =>
        (await TableAsync(record)).ShouldBe($"a\r\n{cell}\r\n");

    [Fact]
    public async Task Columns_are_those_of_all_records_in_the_order_in_which_they_come() =>
        (await TableAsync("""{"a":1}""", """{"b":{"c":2},"a":3}""")).ShouldBe("a,b.c\r\n1,\r\n3,2\r\n");

    [Fact]
    public async Task A_name_of_a_field_cannot_be_a_formula_either() => (await TableAsync("""{"=1+1":1}""")).ShouldStartWith("'=1+1\r\n");

    [Fact]
    public async Task Nor_a_part_of_it() => (await TableAsync("""{"a;=1":1}""")).ShouldStartWith("\"a;'=1\"\r\n");

    private static async Task<string> TableAsync(params string[] records)
    {
        var samples = new ExportedSamples().Add("orders", records.Select(record => ExportedSamples.Record(record)), new ExportRules { Provided = [ExportRules.Everything] });
        return (await PackedBundle.OfAsync(samples, "portability")).Text("data/orders.csv").TrimStart('\uFEFF');
    }
}
