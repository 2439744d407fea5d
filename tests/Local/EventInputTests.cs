using System.Text.Json.Nodes;
using ServerlessGdpr.Local.EventBridge;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Tests.Local.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local;

/// <summary>What a target gets of an event.</summary>
public sealed class EventInputTests(ContractBuses buses) : IClassFixture<ContractBuses>
{
    private const string Detail = """{"state":"a \"b\"","count":1.5,"done":true,"none":null,"tags":["x",{"y":2}],"odd key":{"in-side":1}}""";
    private static readonly string[] Names = ["state", "count", "done", "none", "tags", "missing"];

    [Theory]
    [InlineData("$.detail.state", "\"a \\\"b\\\"\"")]
    [InlineData("$.detail.count", "1.5")]
    [InlineData("$.detail.none", "null")]
    [InlineData("$.detail.tags", """["x",{"y":2}]""")]
    [InlineData("$.detail.tags[1].y", "2")]
    [InlineData("$.detail['odd key'].in-side", "1")]
    [InlineData("$.detail-type", "\"ErasureRequested\"")]
    [InlineData("$.detail.missing", "{}")]
    [InlineData("$.detail.tags[9]", "{}")]
    public async Task An_input_path_selects_a_part(string path, string expected) => ShouldBe(await InputOf(new JsonObject { ["InputPath"] = path }), expected);

    [Fact]
    public async Task The_whole_event_is_the_input_when_nothing_is_said_and_when_the_path_is_the_root()
    {
        foreach (var target in new JsonObject[] { [], new() { ["InputPath"] = "$" } })
        {
            var input = JsonNode.Parse(await InputOf(target))!;
            JsonNode.DeepEquals(input["detail"], JsonNode.Parse(Detail)).ShouldBeTrue(input.ToJsonString());
            ((string?)input["detail-type"]).ShouldBe("ErasureRequested");
        }
    }

    [Fact]
    public async Task A_constant_is_the_input_as_it_stands() => ShouldBe(await InputOf(new JsonObject { ["Input"] = """{"constant":[1,"<state>"]}""" }), """{"constant":[1,"<state>"]}""");

    [Theory]
    [InlineData("""{"a":<state>}""", """{"a":"a \"b\""}""")]
    [InlineData("""{"a":"is <state>!"}""", """{"a":"is a \"b\"!"}""")]
    [InlineData("""{"a":<count>,"b":<done>,"c":<none>}""", """{"a":1.5,"b":true,"c":null}""")]
    [InlineData("""{"a":"<count> <done>"}""", """{"a":"1.5 true"}""")]
    [InlineData("""{"a":<tags>}""", """{"a":["x",{"y":2}]}""")]
    [InlineData("""{"a":"<missing>"}""", """{"a":""}""")]
    [InlineData("\"<state> of <done>\"", "\"a \\\"b\\\" of true\"")]
    [InlineData("""{"a":"<aws.events.rule-name>","b":<aws.events.rule-arn>}""", """{"a":"RULE","b":"RULE-ARN"}""")]
    [InlineData("""{"constant":1}""", """{"constant":1}""")]
    public async Task A_template_is_filled_with_what_its_paths_select(string template, string expected) => ShouldBe(await InputOf(Transformer(template)), expected);

    [Fact]
    public async Task The_instant_of_an_events_arrival_goes_into_a_template()
    {
        var input = JsonNode.Parse(await InputOf(Transformer("""{"a":<aws.events.event.ingestion-time>}""")))!;

        var arrival = DateTimeOffset.Parse((string)input["a"]!);
        if (buses.Cloud is { } cloud) arrival.ShouldBe(cloud.VirtualTime.GetUtcNow());
    }

    [Fact]
    public async Task The_event_goes_into_a_template_with_its_detail_or_without()
    {
        var input = JsonNode.Parse(await InputOf(Transformer("""{"a":<aws.events.event.json>,"b":<aws.events.event>}""")))!;

        var part = input["a"]!.DeepClone().AsObject();
        JsonNode.DeepEquals(part["detail"], JsonNode.Parse(Detail)).ShouldBeTrue(input.ToJsonString());
        part.Remove("detail");
        JsonNode.DeepEquals(input["b"], part).ShouldBeTrue(input.ToJsonString());
    }

    [Theory]
    [InlineData("""{"InputPath":"detail"}""")]
    [InlineData("""{"Input":"not json"}""")]
    [InlineData("""{"InputTransformer":{"InputPathsMap":{"a":"$.detail"}}}""")]
    [InlineData("""{"InputTransformer":{"InputPathsMap":{"a":"$.detail"},"InputTemplate":"<b>"}}""")]
    [InlineData("""{"InputTransformer":{"InputPathsMap":{"aws.events.rule-name":"$.detail"},"InputTemplate":"{}"}}""")]
    [InlineData("""{"InputPath":"$.detail","InputTransformer":{"InputTemplate":"{}"}}""")]
    [InlineData("""{"Input":"{}","InputPath":"$.detail"}""")]
    public async Task An_input_that_cannot_be_made_is_refused_when_the_target_is_put(string target)
    {
        var rule = buses.NewName("rule");
        await buses.PutRuleAsync(rule, """{"source":["nobody"]}""");

        var answer = await buses.TryPutTargetAsync(rule, TargetOf(JsonNode.Parse(target)!.AsObject()));

        ContractBuses.Error(answer).ShouldBe("ValidationException", answer.ToJsonString());
    }

    /// <summary>AWS knows wildcards in paths; they are not built here.</summary>
    [Theory]
    [InlineData("$.detail.tags[*]")]
    [InlineData("$.detail.tags[?(@.y>1)]")]
    public void A_path_of_many_parts_is_refused_here(string path) =>
        Should.Throw<AwsError>(() => new TargetInput(new PropertyReader("PutTargets", new JsonObject { ["InputPath"] = path }, "ValidationException"))).Code.ShouldBe("ValidationException");

    private static JsonObject Transformer(string template) => new()
    {
        ["InputTransformer"] = new JsonObject
        {
            ["InputPathsMap"] = new JsonObject(Names.Select(name => KeyValuePair.Create(name, (JsonNode?)$"$.detail.{name}"))),
            ["InputTemplate"] = template,
        },
    };

    /// <summary>The local cloud hands on a number as it was written.</summary>
    private void ShouldBe(string input, string expected)
    {
        if (buses.Cloud is not null) input.ShouldBe(expected);
        JsonNode.DeepEquals(JsonNode.Parse(input), JsonNode.Parse(expected)).ShouldBeTrue(input);
    }

    private JsonObject TargetOf(JsonObject input) => buses.Queue.Target([.. input.Select(member => (member.Key, member.Value!.DeepClone()))]);

    private async Task<string> InputOf(JsonObject target)
    {
        var (rule, source) = (buses.NewName("rule"), buses.NewName("source"));
        var made = await buses.PutRuleAsync(rule, $$"""{"source":["{{source}}"]}""");
        await buses.PutTargetAsync(rule, TargetOf(target));

        var put = await buses.PutAsync(ContractBuses.Entry(source, Detail, "arn:x"));

        ((int?)put["FailedEntryCount"]).ShouldBe(0, put.ToJsonString());
        var message = (await buses.ReceiveAsync(buses.Queue, enough: 1)).ShouldHaveSingleItem();
        return message.Body.Replace((string)made["RuleArn"]!, "RULE-ARN", StringComparison.Ordinal).Replace(rule, "RULE", StringComparison.Ordinal);
    }
}
