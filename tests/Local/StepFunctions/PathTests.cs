using ServerlessGdpr.Local.StepFunctions;
using ServerlessGdpr.Local.StepFunctions.Paths;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.StepFunctions;

public sealed class PathTests
{
    private const string Input = """
        {"a":{"b":[10,20,30],"c d":"x","é":1.50},"list":[{"n":"one","v":1},{"n":"two","v":2},{"n":"three","v":3}],"none":null,"day":"2026-01-31T12:00:00Z"}
        """;

    [Theory]
    [InlineData("$.a.b", "[10,20,30]")]
    [InlineData("$.a.b[1]", "20")]
    [InlineData("$.a.b[-1]", "30")]
    [InlineData("$['a']['c d']", "\"x\"")]
    [InlineData("$.a[\"c d\"]", "\"x\"")]
    [InlineData("$.a.é", "1.50")]
    [InlineData("$.none", "null")]
    [InlineData("$.day", "\"2026-01-31T12:00:00Z\"")]
    [InlineData("$.a.b[1:]", "[20,30]")]
    [InlineData("$.a.b[0,2]", "[10,30]")]
    [InlineData("$.list[*].n", "[\"one\",\"two\",\"three\"]")]
    [InlineData("$.list[?(@.v > 1)].n", "[\"two\",\"three\"]")]
    [InlineData("$.list[?(@.n == 'two')]", "[{\"n\":\"two\",\"v\":2}]")]
    [InlineData("$.list[?(@.n == 'no')]", "[]")]
    [InlineData("$.list[?(@.v == 2 && @.n == 'two')].v", "[2]")]
    [InlineData("$.list[?(@.v == 1 || @.n == 'three')].v", "[1,3]")]
    [InlineData("$.nothing[*].n", "[]")]
    [InlineData("$.nothing.there[1:]", "[]")]
    [InlineData("$.day[*]", "[]")]
    [InlineData("$.day[?(@.v == 1)]", "[]")]
    [InlineData("$.a.b[?(@.v == 1)]", "[]")]
    [InlineData("$..nothing", "[]")]
    [InlineData("$..v", "[1,2,3]")]
    [InlineData("$$.State.Name", "\"S\"")]
    public void A_path_finds(string path, string found) => Json.Text(JsonPath.Parse(path).Find(Scope())!).ShouldBe(found);

    [Theory]
    [InlineData("$.nothing")]
    [InlineData("$.a.b[3]")]
    [InlineData("$.a.b.c")]
    [InlineData("$$.Map.Item")]
    public void A_path_that_leads_nowhere_finds_nothing(string path) => JsonPath.Parse(path).Find(Scope()).ShouldBeNull();

    [Theory]
    [InlineData("a.b")]
    [InlineData("$.")]
    [InlineData("$.a[")]
    [InlineData("$.a['b'")]
    [InlineData("$.a.length()")]
    [InlineData("$variable.a")]
    [InlineData("$.a b")]
    [InlineData("$.a[?(@.v >]")]
    [InlineData("$.a[?(@.v != 1)]")]
    [InlineData("$.a[?(@.n =~ /o.*/)]")]
    [InlineData("$.list[?(@.v == 1 && @.n == 'two' || @.n == 'three')]")]
    [InlineData("$.list[?(@.v == 1 || @.v == 2 && @.n == 'two' || @.n == 'three')]")]
    [InlineData("$.a\\.b")]
    public void What_is_no_path_is_refused(string path) => Should.Throw<FormatException>(() => JsonPath.Parse(path));

    [Theory]
    [InlineData("$.a.b[0]", true)]
    [InlineData("$['a']", true)]
    [InlineData("$.a[*]", false)]
    [InlineData("$..a", false)]
    [InlineData("$.a[0:1]", false)]
    [InlineData("$.a[?(@.b)]", false)]
    public void A_reference_path_leads_to_one_node(string path, bool isReference) => JsonPath.Parse(path).IsReference.ShouldBe(isReference);

    [Theory]
    [InlineData("$", """{"x":1}""", "7", "7")]
    [InlineData("$.y", """{"x":1}""", "7", """{"x":1,"y":7}""")]
    [InlineData("$.x.y.z", """{"x":1}""", "7", """{"x":{"y":{"z":7}}}""")]
    [InlineData("$.l[1]", """{"l":[1,2]}""", "7", """{"l":[1,7]}""")]
    public void A_value_is_put_at_a_path(string path, string document, string value, string expected) =>
        Json.Text(JsonPath.Parse(path).Put(Json.Parse(document), Json.Parse(value))).ShouldBe(expected);

    [Theory]
    [InlineData("$.y", "[1]")]
    [InlineData("$.y", "\"text\"")]
    [InlineData("$.l[2]", """{"l":[1,2]}""")]
    public void A_value_that_cannot_be_put_is_a_failure_of_the_result_path(string path, string document) =>
        Should.Throw<StateFailure>(() => JsonPath.Parse(path).Put(Json.Parse(document), 1)).Error.ShouldBe("States.ResultPathMatchFailure");

    [Fact]
    public void Putting_a_value_leaves_the_document_as_it_was()
    {
        var document = Json.Parse("""{"x":{"y":1}}""");

        JsonPath.Parse("$.x.y").Put(document, 2);

        Json.Text(document).ShouldBe("""{"x":{"y":1}}""");
    }

    [Theory]
    [InlineData("1")]
    [InlineData("-0.10")]
    [InlineData("123456789012345678901234567890")]
    [InlineData("3.00")]
    [InlineData("\"2026-01-31T12:00:00+01:00\"")]
    [InlineData("\"é\\u0001\\\"\"")]
    [InlineData("[null,true,false,{},[]]")]
    public void Json_comes_out_as_it_went_in(string text) => Json.Text(Json.Parse(text)).ShouldBe(text);

    [Theory]
    [InlineData("")]
    [InlineData("{'a':1}")]
    [InlineData("[1,]")]
    [InlineData("{} {}")]
    [InlineData("// no\n1")]
    [InlineData("NaN")]
    public void What_is_not_strictly_json_is_refused(string text) => Should.Throw<System.Text.Json.JsonException>(() => Json.Parse(text));

    private static EvaluationScope Scope() =>
        new(Json.Parse(Input), () => new Newtonsoft.Json.Linq.JObject { ["State"] = new Newtonsoft.Json.Linq.JObject { ["Name"] = "S" } }, new Chance(new Random(1)));
}
