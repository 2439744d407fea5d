using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions;
using ServerlessGdpr.Local.StepFunctions.Distributed;
using ServerlessGdpr.Local.StepFunctions.Running;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.StepFunctions;

/// <summary>Every kind of event has the members that AWS's own SDK knows it by, and those that it requires.</summary>
public sealed class HistoryShapeTests
{
    private static readonly AwsModel Model = AwsModel.Of("sfn");

    private const string Failing = """ "Type":"Task","Resource":"arn:aws:lambda:eu-west-1:000000000000:function:fail" """;
    private const string Invoke = """ "Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"} """;
    private const string Ask = """ "Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Parameters":{"FunctionName":"f","Payload":{"t.$":"$$.Task.Token"}},"TimeoutSeconds":60,"HeartbeatSeconds":30 """;

    [Theory]
    [InlineData(""" "S":{"Type":"Pass","Next":"C"},"C":{"Type":"Choice","Choices":[{"Variable":"$","IsNull":false,"Next":"W"}]},"W":{"Type":"Wait","Seconds":1,"Next":"E"},"E":{"Type":"Succeed"} """, "ChoiceStateEntered ChoiceStateExited PassStateEntered PassStateExited SucceedStateEntered SucceedStateExited WaitStateEntered WaitStateExited")]
    [InlineData(""" "S":{"Type":"Fail","Error":"E","Cause":"C"} """, "ExecutionFailed FailStateEntered")]
    [InlineData(""" "S":{"Type":"Task","Resource":"arn:aws:lambda:eu-west-1:000000000000:function:f","TimeoutSeconds":60,"End":true} """, "LambdaFunctionScheduled LambdaFunctionStarted LambdaFunctionSucceeded TaskStateEntered TaskStateExited")]
    [InlineData($$""" "S":{ {{Failing}},"End":true} """, "ExecutionFailed LambdaFunctionFailed")]
    [InlineData($$""" "S":{ {{Invoke}},"TimeoutSeconds":60,"End":true} """, "TaskScheduled TaskStarted TaskSucceeded")]
    [InlineData($$""" "S":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"fail"},"End":true} """, "TaskFailed")]
    [InlineData($$""" "S":{ {{Ask}},"End":true} """, "TaskScheduled TaskStarted TaskSubmitted TaskTimedOut")]
    [InlineData(""" "S":{"Type":"Parallel","Branches":[{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}],"End":true} """, "ParallelStateEntered ParallelStateExited ParallelStateStarted ParallelStateSucceeded")]
    [InlineData($$""" "S":{"Type":"Parallel","Branches":[{"StartAt":"O","States":{"O":{"Type":"Wait","Seconds":1,"Next":"P"},"P":{ {{Failing}},"End":true} } },{"StartAt":"Q","States":{"Q":{ {{Ask}},"End":true} } },{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":9,"End":true} } }],"End":true} """, "ParallelStateFailed TaskStateAborted WaitStateAborted")]
    [InlineData(""" "S":{"Type":"Map","ItemsPath":"$.items","ItemProcessor":{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}},"End":true} """, "MapIterationStarted MapIterationSucceeded MapStateEntered MapStateExited MapStateStarted MapStateSucceeded")]
    [InlineData($$""" "S":{"Type":"Map","ItemsPath":"$.items","ItemProcessor":{"StartAt":"C","States":{"C":{"Type":"Choice","Choices":[{"Variable":"$","NumericEquals":1,"Next":"W"}],"Default":"O"},"O":{"Type":"Wait","Seconds":1,"Next":"P"},"W":{"Type":"Wait","Seconds":9,"End":true},"P":{ {{Failing}},"End":true} } },"End":true} """, "MapIterationAborted MapIterationFailed MapStateFailed WaitStateAborted")]
    [InlineData(""" "S":{"Type":"Map","ItemsPath":"$.items","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}},"End":true} """, "MapRunStarted MapRunSucceeded MapStateStarted MapStateSucceeded")]
    [InlineData($$""" "S":{"Type":"Map","ItemsPath":"$.items","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"P","States":{"P":{ {{Failing}},"End":true} } },"End":true} """, "MapRunFailed MapStateFailed")]
    [InlineData(""" "S":{"Type":"Wait","Seconds":999,"End":true} """, "ExecutionTimedOut")]
    public async Task The_events_of_an_execution(string states, string among)
    {
        await using var cloud = Cloud();

        var execution = await cloud.RunAsync($$"""{"StartAt":"S","TimeoutSeconds":500,"States":{ {{states}} } }""", """{"items":[1,2]}""");

        Check(execution);
        among.Split(' ').ShouldBeSubsetOf(StateMachineHarness.Types(execution));
    }

    [Fact]
    public async Task The_events_of_an_execution_that_is_stopped()
    {
        await using var cloud = Cloud();
        var execution = cloud.Begin("""{"StartAt":"M","States":{"M":{"Type":"Map","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":9,"End":true}}},"End":true}}}""", "[1]");
        await cloud.RestAsync();

        execution.TryFinish(ExecutionStatus.Aborted, null, error: "Operator", cause: "enough");
        await cloud.RestAsync();

        Check(execution);
        StateMachineHarness.Types(execution)[^1].ShouldBe("ExecutionAborted");
        cloud.Get<Executions>().Of(cloud.Get<MapRuns>().Of(execution).Single()).ShouldAllBe(child => StateMachineHarness.Types(child).Contains("ExecutionAborted"));
    }

    private static StateMachineHarness Cloud()
    {
        var cloud = new StateMachineHarness();
        cloud.Functions.Answer = (function, _) => Task.FromResult(function.EndsWith(":fail", StringComparison.Ordinal) ? new FunctionAnswer("""{"errorType":"E"}""", "Unhandled") : new FunctionAnswer("{}", null));
        return cloud;
    }

    private static void Check(Execution execution)
    {
        var events = execution.History.Events.Select(happened => happened.ToJson(withData: true)).ToArray();
        events.Select(happened => (long)happened["id"]!).ShouldBe(Enumerable.Range(1, events.Length).Select(id => (long)id));
        foreach (var happened in events)
        {
            Model.Values.ShouldContain((string)happened["type"]!);
            ((long)happened["previousEventId"]!).ShouldBeLessThan((long)happened["id"]!);
            Model.Check(happened, "HistoryEvent");
        }
    }
}
