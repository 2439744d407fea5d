using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.StepFunctions;
using ServerlessGdpr.Local.StepFunctions.Paths;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.StepFunctions;

/// <summary>Results as AWS's documentation and its recorded executions show them.</summary>
public sealed class IntrinsicTests
{
    private const string Input = """{"s":"a,b","n":3,"list":[1,2,3,4,5,6,7],"o":{"k":1,"l":[]},"json":"{\"x\": [1, 2]}","q":"it's","paren":"a)b"}""";

    [Theory]
    [InlineData("States.Format('Hello {}, {}', $.s, $.n)", "\"Hello a,b, 3\"")]
    [InlineData("States.Format('{}', $.o)", "\"{k=1, l=[]}\"")]
    [InlineData("States.Format('\\{\\} {}', true)", "\"{} true\"")]
    [InlineData("States.Format('it\\'s')", "\"it's\"")]
    [InlineData("States.Format('\\\\ {}', 1)", "\"\\\\ 1\"")]
    [InlineData("States.Array('\\{\\}', '{}', 'a\\\\b')", "[\"{}\",\"{}\",\"a\\\\b\"]")]
    [InlineData("States.Format('{} and {}', null, 1.5)", "\"null and 1.5\"")]
    [InlineData("States.StringToJson($.json)", """{"x":[1,2]}""")]
    [InlineData("States.StringToJson('')", "null")]
    [InlineData("States.JsonToString($.o)", "\"{\\\"k\\\":1,\\\"l\\\":[]}\"")]
    [InlineData("States.Array($.n, 'x', States.Array())", "[3,\"x\",[]]")]
    [InlineData("States.ArrayPartition($.list, 3)", "[[1,2,3],[4,5,6],[7]]")]
    [InlineData("States.ArrayContains($.list, 5)", "true")]
    [InlineData("States.ArrayContains($.list, 9)", "false")]
    [InlineData("States.ArrayRange(1, 9, 2)", "[1,3,5,7,9]")]
    [InlineData("States.ArrayRange(3, 0, -2)", "[3,1]")]
    [InlineData("States.ArrayGetItem($.list, 5)", "6")]
    [InlineData("States.ArrayLength($.list)", "7")]
    [InlineData("States.ArrayUnique(States.Array(1, 1, 'a', 'a'))", "[1,\"a\"]")]
    [InlineData("States.Base64Encode('Data to encode')", "\"RGF0YSB0byBlbmNvZGU=\"")]
    [InlineData("States.Base64Decode('RGVjb2RlZCBkYXRh')", "\"Decoded data\"")]
    [InlineData("States.Hash('input data', 'SHA-1')", "\"aaff4a450a104cd177d28d18d74485e8cae074b7\"")]
    [InlineData("States.Hash('input data', 'MD5')", "\"812f45842bc6d66ee14572ce20db8e86\"")]
    [InlineData("States.Hash('input data', 'SHA-256')", "\"b4a697a057313163aee33cd8d40c66e9f0f177e00cac2de32475ffff6169c3e3\"")]
    [InlineData("States.JsonMerge($.o, States.StringToJson('{\"l\":2}'), false)", """{"k":1,"l":2}""")]
    [InlineData("States.MathAdd($.n, -5)", "-2")]
    [InlineData("States.MathAdd(1.49, 1.5)", "3")]
    [InlineData("States.MathAdd(-1.5, -1.51)", "-3")]
    [InlineData("States.StringSplit('This.is+a,test=string', '.+,=')", """["This","is","a","test","string"]""")]
    [InlineData("States.StringSplit(',,x,', ',')", """["x"]""")]
    [InlineData("States.ArrayGetItem(States.StringSplit($.s, ','), States.MathAdd(0, 1))", "\"b\"")]
    [InlineData("States.ArrayLength($.list[?(@ > 2)])", "5")]
    [InlineData("States.Format('{}', $['paren'])", "\"a)b\"")]
    public void A_function_gives(string call, string expected) => Json.Text(Evaluate(call)).ShouldBe(expected);

    [Theory]
    [InlineData("States.Format('{} {}', 1)")]
    [InlineData("States.Format('{}', 1, 2)")]
    [InlineData("States.StringToJson('{')")]
    [InlineData("States.ArrayPartition($.list, 0)")]
    [InlineData("States.ArrayPartition($.s, 1)")]
    [InlineData("States.ArrayRange(0, 1001, 1)")]
    [InlineData("States.ArrayRange(0, 1, 0)")]
    [InlineData("States.ArrayGetItem($.list, 7)")]
    [InlineData("States.Base64Decode('%')")]
    [InlineData("States.Hash('x', 'SHA-2')")]
    [InlineData("States.JsonMerge($.o, $.o, true)")]
    [InlineData("States.MathRandom(2, 2)")]
    [InlineData("States.MathAdd('1', 1)")]
    [InlineData("States.MathAdd(9223372036854775807, 1)")]
    public void A_function_that_cannot_be_computed_is_an_intrinsic_failure(string call) =>
        Should.Throw<StateFailure>(() => Evaluate(call)).Error.ShouldBe("States.IntrinsicFailure");

    [Theory]
    [InlineData("States.Nothing()")]
    [InlineData("States.UUID(1)")]
    [InlineData("States.ArrayLength()")]
    [InlineData("States.Format('x'")]
    [InlineData("States.Format('x)")]
    [InlineData("States.Array(1, )")]
    [InlineData("States.Array(x)")]
    [InlineData("States.UUID() x")]
    [InlineData("States.Array('a\\b')")]
    [InlineData("States.StringToJson('{\"a\":\"\\\"\"}')")]
    [InlineData("States.Array('a\\")]
    [InlineData("states.Array()")]
    [InlineData("plain text")]
    public void What_is_no_call_of_a_function_is_refused(string call) => Should.Throw<FormatException>(() => ExpressionParser.Parse(call));

    [Fact]
    public void Random_numbers_are_within_their_range_and_repeat_with_their_seed()
    {
        for (var i = 0; i < 100; i++) ((long)Evaluate("States.MathRandom(5, 8)")).ShouldBeInRange(5, 7);
        Evaluate("States.MathRandom(0, 1000000, 3)").ShouldBe(Evaluate("States.MathRandom(0, 1000000, 3)"));
    }

    [Fact]
    public void A_uuid_is_one_of_version_4()
    {
        var uuid = Guid.Parse((string)Evaluate("States.UUID()")!);

        uuid.Version.ShouldBe(4);
        uuid.Variant.ShouldBeInRange(8, 11);
    }

    [Fact]
    public void Functions_nest_ten_deep_and_no_deeper()
    {
        string Nested(int depth) => depth == 1 ? "States.Array(1)" : $"States.Array({Nested(depth - 1)})";

        Json.Text(ExpressionParser.Parse(Nested(10)).Evaluate(Scope(), "x.$")).ShouldBe("[[[[[[[[[[1]]]]]]]]]]");
        Should.Throw<FormatException>(() => ExpressionParser.Parse(Nested(11)));
    }

    private static JToken Evaluate(string call) => ExpressionParser.Parse(call).Evaluate(Scope(), "x.$");

    private static EvaluationScope Scope() => new(Json.Parse(Input), () => [], new Chance(new Random(1)));
}
