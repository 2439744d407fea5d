using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ServerlessGdpr.Local.CloudFormation;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Tests.Local.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local;

public sealed class EventBridgeTests : IAsyncLifetime
{
    private const string FunctionArn = "arn:aws:lambda:eu-west-1:000000000000:function:f";
    private const string StateMachineArn = "arn:aws:states:eu-west-1:000000000000:stateMachine:m";
    private Cloud cloud = null!;
    private AwsJson events = null!;
    private RecordingFunctions functions = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        cloud = await Clouds.StartAsync(Cancellation, services => services.AddSingleton<RecordingFunctions>()
            .AddSingleton<IEventFunctions>(all => all.GetRequiredService<RecordingFunctions>())
            .AddSingleton<IStateMachines>(all => all.GetRequiredService<RecordingFunctions>()));
        functions = cloud.Get<RecordingFunctions>();
        events = new AwsJson(cloud, "events", "AWSEvents");
        await cloud.Get<Deployer>().DeployTemplateAsync(
            "queues",
            """{"Resources":{"Bus":{"Type":"AWS::Events::EventBus","Properties":{"Name":"bus"}},"Queue":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":"queue"}},"Dead":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":"dead"}}}}""",
            null,
            Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        events.Dispose();
        await cloud.DisposeAsync();
    }

    [Fact]
    public async Task A_matching_event_reaches_the_queue_in_its_envelope()
    {
        await RuleAsync("bus", """{"source":[{"anything-but":"serverless-gdpr"}]}""", Target("arn:aws:sqs:eu-west-1:000000000000:queue"));

        var put = await PutAsync(Entry(detail: """{"n": 1.50, "text": "Zoë <b>"}"""));

        var message = (await ReceiveAsync("queue")).ShouldHaveSingleItem();
        message.Body.ShouldBe(
            $$$"""{"version":"0","id":"{{{put["Entries"]![0]!["EventId"]}}}","detail-type":"ErasureRequested","source":"shop","account":"000000000000","""
            + """
            "time":"2026-01-31T10:00:00Z","region":"eu-west-1","resources":[],"detail":{"n":1.50,"text":"Zoë <b>"}}
            """);
    }

    [Fact]
    public async Task An_event_for_a_bus_that_is_not_there_is_refused_where_AWS_drops_it_and_says_nothing()
    {
        var answer = await PutAsync(Entry(bus: "nowhere"));

        answer["Entries"]![0]!["ErrorCode"]!.GetValue<string>().ShouldBe("ResourceNotFoundException");
    }

    [Fact]
    public async Task An_input_transformer_fills_its_template()
    {
        var transformer = new JsonObject
        {
            ["InputPathsMap"] = new JsonObject { ["state"] = "$.detail.state", ["tags"] = "$.detail.tags", ["first"] = "$.detail.tags[0]", ["no"] = "$.detail.missing" },
            ["InputTemplate"] = """{"state": <state>, "text": "is <state> by <aws.events.rule-name>", "tags": <tags>, "first": <first>}""",
        };
        await RuleAsync("bus", """{"source":["shop"]}""", Target(FunctionArn, ("InputTransformer", transformer)));

        await PutAsync(Entry(detail: """{"state": "a \"quoted\" one", "tags": ["x", 2]}"""));
        await cloud.VirtualTime.AdvanceAsync(TimeSpan.Zero, Cancellation);

        var payload = JsonNode.Parse(functions.Calls.ShouldHaveSingleItem().Payload)!;
        JsonNode.DeepEquals(payload, JsonNode.Parse("""{"state":"a \"quoted\" one","text":"is a \"quoted\" one by rule","tags":["x",2],"first":"x"}""")).ShouldBeTrue(payload.ToJsonString());
    }

    [Fact]
    public async Task A_constant_and_a_part_of_the_event_can_be_the_input()
    {
        await RuleAsync("bus", """{"source":["shop"]}""", Target(FunctionArn, ("Input", """{"constant":true}""")), Target(StateMachineArn, ("InputPath", "$.detail"), ("RoleArn", "arn:aws:iam::000000000000:role/r")));

        await PutAsync(Entry(detail: """{"a":1}"""));
        await cloud.VirtualTime.AdvanceAsync(TimeSpan.Zero, Cancellation);

        functions.Calls.Select(call => (call.Arn, call.Payload)).ShouldBe([(FunctionArn, """{"constant":true}"""), (StateMachineArn, """{"a":1}""")], ignoreOrder: true);
    }

    [Fact]
    public async Task A_throttled_target_is_tried_again_and_then_succeeds()
    {
        var refusals = 3;
        functions.Answer = _ => refusals-- > 0 ? throw new AwsError("TooManyRequestsException", "Rate exceeded", 429) : new FunctionAnswer("{}", null);
        await RuleAsync("bus", """{"source":["shop"]}""", Target(FunctionArn, DeadLetters()));

        await PutAsync(Entry());
        await cloud.VirtualTime.AdvanceAsync(TimeSpan.FromHours(25), Cancellation);

        functions.Calls.Select(call => (int)(call.At - Clouds.Start).TotalSeconds).ShouldBe([0, 1, 3, 7]);
        (await ReceiveAsync("dead")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_target_that_stays_throttled_is_given_up_when_its_retries_are_used_up()
    {
        functions.Answer = _ => throw new AwsError("TooManyRequestsException", "Rate exceeded", 429);
        await RuleAsync("bus", """{"source":["shop"]}""", Target(FunctionArn, DeadLetters(), ("RetryPolicy", new JsonObject { ["MaximumRetryAttempts"] = 2 })));

        await PutAsync(Entry());
        await cloud.VirtualTime.AdvanceAsync(TimeSpan.FromHours(1), Cancellation);

        functions.Calls.Count.ShouldBe(3);
        var dead = (await ReceiveAsync("dead")).ShouldHaveSingleItem();
        dead.MessageAttributes["ERROR_CODE"].ShouldBe("THROTTLING");
        dead.MessageAttributes["EXHAUSTED_RETRY_CONDITION"].ShouldBe("MaximumRetryAttempts");
        dead.MessageAttributes["RETRY_ATTEMPTS"].ShouldBe("2");
    }

    [Theory]
    [InlineData("ResourceNotFoundException", 404, "NO_RESOURCE", null, 1)]
    [InlineData("AccessDeniedException", 400, "NO_PERMISSIONS", null, 1)]
    [InlineData("TooManyRequestsException", 429, "THROTTLING", "MaximumEventAgeInSeconds", 6)]
    [InlineData("ServiceException", 500, "ERROR_FROM_TARGET", "MaximumEventAgeInSeconds", 6)]
    public async Task A_failed_target_has_its_event_in_the_dead_letter_queue_with_what_failed(string error, int status, string code, string? exhausted, int calls)
    {
        functions.Answer = _ => throw new AwsError(error, "as it was said", status);
        var retry = new JsonObject { ["MaximumEventAgeInSeconds"] = 60 };
        await RuleAsync("bus", """{"source":["shop"]}""", Target(FunctionArn, DeadLetters(), ("RetryPolicy", retry)));

        await PutAsync(Entry(detail: """{"a":1}"""));
        await cloud.VirtualTime.AdvanceAsync(TimeSpan.FromHours(1), Cancellation);

        functions.Calls.Count.ShouldBe(calls);
        var dead = (await ReceiveAsync("dead")).ShouldHaveSingleItem();
        dead.Body.ShouldBe(functions.Calls[0].Payload);
        var expected = new Dictionary<string, string>
        {
            ["RULE_ARN"] = "arn:aws:events:eu-west-1:000000000000:rule/bus/rule",
            ["TARGET_ARN"] = FunctionArn,
            ["ERROR_CODE"] = code,
            ["ERROR_MESSAGE"] = "as it was said",
            ["RETRY_ATTEMPTS"] = $"{calls - 1}",
        };
        if (exhausted is not null) expected["EXHAUSTED_RETRY_CONDITION"] = exhausted;
        dead.MessageAttributes.ShouldBe(expected, ignoreOrder: true);
    }

    [Fact]
    public async Task A_scheduled_rule_fires_every_hour_until_it_is_deleted()
    {
        await events.CallAsync("PutRule", new JsonObject { ["Name"] = "hourly", ["ScheduleExpression"] = "rate(1 hour)" }, Cancellation);
        await events.CallAsync("PutTargets", new JsonObject { ["Rule"] = "hourly", ["Targets"] = new JsonArray(Target(FunctionArn)) }, Cancellation);

        await cloud.VirtualTime.AdvanceAsync(TimeSpan.FromDays(2), Cancellation);
        functions.Calls.Count.ShouldBe(48);
        functions.Calls[0].Payload.ShouldContain("\"detail-type\":\"Scheduled Event\"");

        await events.CallAsync("RemoveTargets", new JsonObject { ["Rule"] = "hourly", ["Ids"] = new JsonArray("f") }, Cancellation);
        await events.CallAsync("DeleteRule", new JsonObject { ["Name"] = "hourly" }, Cancellation);
        await cloud.VirtualTime.AdvanceAsync(TimeSpan.FromDays(2), Cancellation);
        functions.Calls.Count.ShouldBe(48);
    }

    [Fact]
    public async Task An_event_of_AWS_itself_goes_to_the_default_bus()
    {
        await RuleAsync("default", """{"source":["aws.states"],"detail":{"status":["FAILED"]}}""", Target("arn:aws:sqs:eu-west-1:000000000000:queue"));

        await cloud.Get<IEventBuses>().PutAwsEventAsync("aws.states", "Step Functions Execution Status Change", new JsonObject { ["status"] = "FAILED" }, ["arn:execution"], Cancellation);
        await cloud.VirtualTime.AdvanceAsync(TimeSpan.Zero, Cancellation);

        var body = JsonNode.Parse((await ReceiveAsync("queue")).ShouldHaveSingleItem().Body)!;
        body["resources"]![0]!.GetValue<string>().ShouldBe("arn:execution");
    }

    [Fact]
    public async Task What_is_not_built_is_refused()
    {
        var answer = await events.CallAsync("StartReplay", [], Cancellation);

        answer["__type"]!.GetValue<string>().ShouldBe("NotImplemented");
    }

    [Theory]
    [InlineData("""{"Id":"t","Arn":"arn:aws:ecs:eu-west-1:000000000000:cluster/c"}""")]
    [InlineData("""{"Id":"t","Arn":"arn:aws:sqs:eu-west-1:000000000000:queue","SqsParameters":{"MessageGroupId":"g"}}""")]
    [InlineData("""{"Id":"t","Arn":"arn:aws:states:eu-west-1:000000000000:stateMachine:m"}""")]
    [InlineData("""{"Id":"t","Arn":"arn:aws:sqs:eu-west-1:000000000000:queue","Input":"{}","InputPath":"$.detail"}""")]
    [InlineData("""{"Id":"t","Arn":"arn:aws:sqs:eu-west-1:000000000000:queue","InputPath":"$..detail"}""")]
    [InlineData("""{"Id":"t","Arn":"arn:aws:sqs:eu-west-1:000000000000:queue","InputTransformer":{"InputTemplate":"<unknown>"}}""")]
    public async Task A_target_that_would_be_ignored_is_refused(string target)
    {
        await RuleAsync("bus", """{"source":["shop"]}""");

        var answer = await events.CallAsync("PutTargets", new JsonObject { ["Rule"] = "rule", ["EventBusName"] = "bus", ["Targets"] = new JsonArray(JsonNode.Parse(target)) }, Cancellation);

        answer["__type"]!.GetValue<string>().ShouldBe("ValidationException");
    }

    private static JsonObject Entry(string source = "shop", string detail = "{}", string bus = "bus") =>
        new() { ["Source"] = source, ["DetailType"] = "ErasureRequested", ["Detail"] = detail, ["EventBusName"] = bus };

    private static JsonObject Target(string arn, params (string Name, JsonNode Value)[] more)
    {
        var target = new JsonObject { ["Id"] = arn.Split(':')[^1], ["Arn"] = arn };
        foreach (var (name, value) in more) target[name] = value;
        return target;
    }

    private static (string Name, JsonNode Value) DeadLetters() => ("DeadLetterConfig", new JsonObject { ["Arn"] = "arn:aws:sqs:eu-west-1:000000000000:dead" });

    private async Task RuleAsync(string bus, string pattern, params JsonObject[] targets)
    {
        var rule = await events.CallAsync("PutRule", new JsonObject { ["Name"] = "rule", ["EventBusName"] = bus, ["EventPattern"] = pattern }, Cancellation);
        rule["RuleArn"].ShouldNotBeNull(rule.ToJsonString());
        if (targets.Length == 0) return;
        var put = await events.CallAsync("PutTargets", new JsonObject { ["Rule"] = "rule", ["EventBusName"] = bus, ["Targets"] = new JsonArray([.. targets]) }, Cancellation);
        put["FailedEntryCount"].ShouldNotBeNull(put.ToJsonString());
    }

    private Task<JsonObject> PutAsync(params JsonObject[] entries) => events.CallAsync("PutEvents", new JsonObject { ["Entries"] = new JsonArray([.. entries]) }, Cancellation);

    private async Task<IReadOnlyList<QueueMessage>> ReceiveAsync(string queue)
    {
        await cloud.VirtualTime.AdvanceAsync(TimeSpan.Zero, Cancellation);
        return await cloud.Get<IQueues>().ReceiveAsync(Arns.Of("sqs", queue), 10, TimeSpan.Zero, Cancellation);
    }
}
