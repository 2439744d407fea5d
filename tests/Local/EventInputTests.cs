using System.Text.Json.Nodes;
using ServerlessGdpr.Local.EventBridge;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Tests.Local.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local;

/// <summary>What a target gets of an event.</summary>
public sealed class EventInputTests
{
    private const string Detail = """{"state":"a \"b\"","count":1.50,"done":true,"none":null,"tags":["x",{"y":2}],"odd key":{"in-side":1}}""";
    private static readonly RuleName Rule = new("bus", "rule");
    private static readonly BusEvent Happened = Create();
    private static readonly string[] Names = ["state", "count", "done", "none", "tags", "missing"];

    [Theory]
    [InlineData("$.detail.state", "\"a \\\"b\\\"\"")]
    [InlineData("$.detail.count", "1.50")]
    [InlineData("$.detail.none", "null")]
    [InlineData("$.detail.tags", """["x",{"y":2}]""")]
    [InlineData("$.detail.tags[1].y", "2")]
    [InlineData("$.detail['odd key'].in-side", "1")]
    [InlineData("$.detail-type", "\"Kind\"")]
    [InlineData("$.detail.missing", "{}")]
    [InlineData("$.detail.tags[9]", "{}")]
    public void An_input_path_selects_a_part(string path, string expected) => InputOf(new JsonObject { ["InputPath"] = path }).ShouldBe(expected);

    [Fact]
    public void The_whole_event_is_the_input_when_nothing_is_said_and_when_the_path_is_the_root()
    {
        InputOf([]).ShouldBe(Happened.Text);
        InputOf(new JsonObject { ["InputPath"] = "$" }).ShouldBe(Happened.Text);
    }

    [Theory]
    [InlineData("""{"a":<state>}""", """{"a":"a \"b\""}""")]
    [InlineData("""{"a":"is <state>!"}""", """{"a":"is a \"b\"!"}""")]
    [InlineData("""{"a":<count>,"b":<done>,"c":<none>}""", """{"a":1.50,"b":true,"c":null}""")]
    [InlineData("""{"a":"<count> <done>"}""", """{"a":"1.50 true"}""")]
    [InlineData("""{"a":<tags>}""", """{"a":["x",{"y":2}]}""")]
    [InlineData("""{"a":"<missing>"}""", """{"a":""}""")]
    [InlineData("\"<state> of <done>\"", "\"a \\\"b\\\" of true\"")]
    [InlineData("""{"a":"<aws.events.rule-name>","b":<aws.events.rule-arn>}""", """{"a":"rule","b":"arn:aws:events:eu-west-1:000000000000:rule/bus/rule"}""")]
    [InlineData("""{"a":<aws.events.event.ingestion-time>}""", """{"a":"2026-01-31T10:00:05Z"}""")]
    [InlineData("""{"constant":1}""", """{"constant":1}""")]
    public void A_template_is_filled_with_what_its_paths_select(string template, string expected) =>
        InputOf(Transformer(template)).ShouldBe(expected);

    [Fact]
    public void The_event_goes_into_a_template_with_its_detail_or_without()
    {
        var whole = JsonNode.Parse(Happened.Text)!.AsObject();
        var part = whole.DeepClone().AsObject();
        part.Remove("detail");

        JsonNode.DeepEquals(JsonNode.Parse(InputOf(Transformer("""{"a":<aws.events.event.json>}""")))!["a"], whole).ShouldBeTrue();
        JsonNode.DeepEquals(JsonNode.Parse(InputOf(Transformer("""{"a":<aws.events.event>}""")))!["a"], part).ShouldBeTrue();
    }

    [Theory]
    [InlineData("""{"InputPath":"detail"}""")]
    [InlineData("""{"InputPath":"$.detail.tags[*]"}""")]
    [InlineData("""{"InputPath":"$.detail.tags[?(@.y>1)]"}""")]
    [InlineData("""{"Input":"not json"}""")]
    [InlineData("""{"InputTransformer":{"InputPathsMap":{"a":"$.detail"}}}""")]
    [InlineData("""{"InputTransformer":{"InputPathsMap":{"a":"$.detail"},"InputTemplate":"<b>"}}""")]
    [InlineData("""{"InputTransformer":{"InputPathsMap":{"aws.events.rule-name":"$.detail"},"InputTemplate":"{}"}}""")]
    [InlineData("""{"InputPath":"$.detail","InputTransformer":{"InputTemplate":"{}"}}""")]
    public void An_input_that_cannot_be_made_is_refused_when_the_target_is_put(string target) =>
        Should.Throw<AwsError>(() => InputOf(JsonNode.Parse(target)!.AsObject())).Code.ShouldBe("ValidationException");

    private static JsonObject Transformer(string template) => new()
    {
        ["InputTransformer"] = new JsonObject
        {
            ["InputPathsMap"] = new JsonObject(Names.Select(name => KeyValuePair.Create(name, (JsonNode?)$"$.detail.{name}"))),
            ["InputTemplate"] = template,
        },
    };

    private static string InputOf(JsonObject target) => new TargetInput(new PropertyReader("PutTargets", target, "ValidationException")).For(Happened, Rule, Clouds.Start.AddSeconds(5));

    private static BusEvent Create()
    {
        using var detail = System.Text.Json.JsonDocument.Parse(Detail);
        return BusEvent.Create("shop", "Kind", detail.RootElement.Clone(), ["arn:x"], Clouds.Start);
    }
}
