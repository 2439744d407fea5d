using System.Text.Json.Nodes;
using ServerlessGdpr.Local.StepFunctions.History;
using ServerlessGdpr.Local.StepFunctions.Running;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.StepFunctions;

/// <summary>Ids, previous ids and types as AWS records them for the same definitions.</summary>
public sealed class HistoryTests
{
    [Fact]
    public async Task The_history_of_a_map_with_one_item_at_a_time()
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync("""
            {"StartAt":"M","States":{"M":{"Type":"Map","MaxConcurrency":1,"ItemProcessor":{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}},"Next":"Done"},"Done":{"Type":"Succeed"}}}
            """, "[1,2]");

        StateMachineHarness.Lines(execution).ShouldBe("""
            1 0 ExecutionStarted
            2 0 MapStateEntered
            3 2 MapStateStarted
            4 3 MapIterationStarted
            5 4 PassStateEntered
            6 5 PassStateExited
            7 6 MapIterationSucceeded
            8 6 MapIterationStarted
            9 8 PassStateEntered
            10 9 PassStateExited
            11 10 MapIterationSucceeded
            12 10 MapStateSucceeded
            13 10 MapStateExited
            14 13 SucceedStateEntered
            15 14 SucceedStateExited
            16 15 ExecutionSucceeded
            """);
    }

    [Fact]
    public async Task The_history_of_a_map_that_is_retried_and_fails()
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync("""
            {"StartAt":"M","States":{"M":{"Type":"Map","Retry":[{"ErrorEquals":["States.ALL"],"MaxAttempts":1}],
              "ItemProcessor":{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"E","Cause":"C"}}},"End":true}}}
            """, "[1]");

        StateMachineHarness.Lines(execution).ShouldBe("""
            1 0 ExecutionStarted
            2 0 MapStateEntered
            3 2 MapStateStarted
            4 3 MapIterationStarted
            5 4 FailStateEntered
            6 5 MapIterationFailed
            7 5 MapStateStarted
            8 7 MapIterationStarted
            9 8 FailStateEntered
            10 9 MapIterationFailed
            11 9 MapStateFailed
            12 11 ExecutionFailed
            """);
    }

    [Fact]
    public async Task The_events_of_a_task_have_the_shapes_of_AWS()
    {
        await using var cloud = new StateMachineHarness();
        cloud.Functions.FailTimes(1, "Once", """{"x":1}""");

        var execution = await cloud.RunAsync("""
            {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f","Payload.$":"$"},"TimeoutSeconds":960,
              "Retry":[{"ErrorEquals":["Once"]}],"OutputPath":"$.Payload","End":true}}}
            """);

        var events = execution.History.Events.Select(happened => happened.ToJson(withData: true)).ToArray();
        events[0].ToJsonString().ShouldBe(Normal("""
            {"timestamp":1769860800,"type":"ExecutionStarted","id":1,"previousEventId":0,
             "executionStartedEventDetails":{"input":"{}","inputDetails":{"truncated":false},"roleArn":"arn:aws:iam::000000000000:role/workflow"}}
            """));
        events[1]["stateEnteredEventDetails"]!.ToJsonString().ShouldBe(Normal("""{"name":"T","input":"{}","inputDetails":{"truncated":false}}"""));
        events[2]["taskScheduledEventDetails"]!.AsObject().Select(member => member.Key).ShouldBe(["resourceType", "resource", "region", "parameters", "timeoutInSeconds"]);
        events[3]["taskStartedEventDetails"]!.ToJsonString().ShouldBe("""{"resourceType":"lambda","resource":"invoke"}""");
        events[4]["taskFailedEventDetails"]!.AsObject().Select(member => member.Key).ShouldBe(["resourceType", "resource", "error", "cause"]);
        events[5]["type"]!.GetValue<string>().ShouldBe("TaskScheduled");
        events[5]["previousEventId"]!.GetValue<long>().ShouldBe(5);
        var result = JsonNode.Parse(events[7]["taskSucceededEventDetails"]!["output"]!.GetValue<string>())!.AsObject();
        result.Select(member => member.Key).ShouldBe(["ExecutedVersion", "Payload", "SdkHttpMetadata", "SdkResponseMetadata", "StatusCode"]);
        events[8]["stateExitedEventDetails"]!["output"]!.GetValue<string>().ShouldBe("""{"x":1}""");
        events[9]["executionSucceededEventDetails"]!.ToJsonString().ShouldBe(Normal("""{"output":"{\u0022x\u0022:1}","outputDetails":{"truncated":false}}"""));
    }

    [Fact]
    public async Task The_version_or_alias_that_a_task_asks_for_is_invoked()
    {
        await using var cloud = new StateMachineHarness();

        var end = await cloud.StateAsync(""" "Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f","Qualifier":"live"},"OutputPath":"$.ExecutedVersion","End":true """);

        end.ShouldBe("\"live\"");
        cloud.Functions.Calls.ShouldHaveSingleItem().Function.ShouldBe("arn:aws:lambda:eu-west-1:000000000000:function:f:live");
    }

    [Fact]
    public async Task A_functions_own_ARN_has_events_of_its_own()
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync("""{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:lambda:eu-west-1:000000000000:function:f","End":true}}}""", "[1]");

        execution.Standing.Output.ShouldBe("[1]");
        StateMachineHarness.Types(execution)[2..5].ShouldBe(["LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionSucceeded"]);
    }

    [Fact]
    public async Task Without_data_neither_input_nor_output_shows()
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync("""{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}""", "\"secret\"");

        execution.History.Events.ShouldAllBe(happened => !happened.ToJson(false).ToJsonString().Contains("secret"));
        execution.History.Events.Count(happened => happened.ToJson(true).ToJsonString().Contains("secret")).ShouldBe(4);
    }

    [Fact]
    public async Task Whoever_watches_sees_every_event_as_it_happens()
    {
        await using var cloud = new StateMachineHarness();
        var seen = new List<ExecutionProgress>();
        var watch = cloud.Get<ExecutionFeed>().Subscribe(seen.Add);

        var execution = await cloud.RunAsync("""{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}""");
        watch.Dispose();
        await cloud.RunAsync("""{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}""");

        seen.Select(progress => (progress.ExecutionArn, progress.Type, progress.State)).ShouldBe([
            (execution.Arn, "ExecutionStarted", null), (execution.Arn, "PassStateEntered", "P"), (execution.Arn, "PassStateExited", "P"), (execution.Arn, "ExecutionSucceeded", null)]);
    }

    private static string Normal(string json) => JsonNode.Parse(json)!.ToJsonString();
}
