using System.Text.Json.Nodes;
using ServerlessGdpr.Functions.Access.Exports;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Exports;

public sealed class RedactionTests
{
    [Theory]
    [InlineData("""{"a":1,"b":2}""", "a", """{"a":null,"b":2}""", 1)]
    [InlineData("""{"a":{"b":{"c":1}},"c":2}""", "a.b.c", """{"a":{"b":{"c":null}},"c":2}""", 1)]
    [InlineData("""{"a":[{"b":1},{"b":2,"c":3},{"c":4},5]}""", "a.b", """{"a":[{"b":null},{"b":null,"c":3},{"c":4},5]}""", 2)]
    [InlineData("""{"a":[[{"b":1}],[{"b":2}]]}""", "a.b", """{"a":[[{"b":null}],[{"b":null}]]}""", 2)]
    [InlineData("""{"a":{"b":1}}""", "a", """{"a":null}""", 1)]
    [InlineData("""{"a":[1,2]}""", "a", """{"a":null}""", 1)]
    [InlineData("""{"a.b":1,"a":{"b":2},"a.b.c":3}""", "a.b", """{"a.b":null,"a":{"b":null},"a.b.c":3}""", 2)]
    [InlineData("""{"x.y":{"z":1}}""", "x.y.z", """{"x.y":{"z":null}}""", 1)]
    [InlineData("""{"a":null,"ab":1,"A":2}""", "a", """{"a":null,"ab":1,"A":2}""", 0)]
    [InlineData("""{"a":1}""", "a.b", """{"a":1}""", 0)]
    [InlineData("""{"a":{"b":1}}""", "b", """{"a":{"b":1}}""", 0)]
    public void A_path_names_a_field_and_a_list_on_the_way_each_of_its_elements(string record, string path, string expected, int values)
    {
        var data = JsonNode.Parse(record)!.AsObject();

        var redacted = Redaction.Apply(data, [path]);

        data.ToJsonString().ShouldBe(expected);
        redacted.ShouldBe(values == 0 ? [] : new Dictionary<string, long> { [path] = values });
    }

    [Fact]
    public void What_one_path_left_out_is_not_counted_by_another()
    {
        var data = JsonNode.Parse("""{"a":{"b":1,"c":2},"d":3}""")!.AsObject();

        Redaction.Apply(data, ["a", "a.b", "d", "e"]).ShouldBe(new Dictionary<string, long> { ["a"] = 1, ["d"] = 1 });

        data.ToJsonString().ShouldBe("""{"a":null,"d":null}""");
    }
}
