using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions.Distributed;
using ServerlessGdpr.Local.StepFunctions.Running;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.StepFunctions;

/// <summary>Time limits of tasks, between heartbeats, and of state machines: who hears of them.</summary>
public sealed class TimeoutTests
{
    /// <summary>A task that waits for a token that nobody sends.</summary>
    private const string Ask = """ "Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Parameters":{"FunctionName":"f","Payload":{"token.$":"$$.Task.Token"}},"End":true """;

    [Theory]
    [InlineData(""" "TimeoutSeconds":60 """, "States.Timeout", true, 60)]
    [InlineData(""" "TimeoutSeconds":60 """, "States.ALL", true, 60)]
    [InlineData(""" "TimeoutSeconds":60 """, "States.TaskFailed", false, 60)]
    [InlineData(""" "TimeoutSeconds":60 """, "States.HeartbeatTimeout", false, 60)]
    [InlineData(""" "TimeoutSecondsPath":"$.limit" """, "States.Timeout", true, 30)]
    [InlineData(""" "HeartbeatSeconds":10 """, "States.HeartbeatTimeout", true, 10)]
    [InlineData(""" "HeartbeatSeconds":10 """, "States.Timeout", true, 10)]
    [InlineData(""" "HeartbeatSeconds":10 """, "States.ALL", true, 10)]
    [InlineData(""" "HeartbeatSeconds":10 """, "States.TaskFailed", false, 10)]
    [InlineData(""" "HeartbeatSecondsPath":"$.limit","TimeoutSeconds":60 """, "States.HeartbeatTimeout", true, 30)]
    [InlineData(""" "HeartbeatSecondsPath":"$.limit","TimeoutSeconds":20 """, "States.HeartbeatTimeout", false, 20)]
    public async Task A_task_that_takes_too_long_is_caught_by(string limit, string errorEquals, bool caught, int seconds)
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync($$$"""
            {"StartAt":"T","States":{"T":{ {{{Ask}}},{{{limit}}},"Catch":[{"ErrorEquals":["{{{errorEquals}}}"],"Next":"C"}]},"C":{"Type":"Pass","End":true} } }
            """, """{"limit":30}""");

        StateMachineHarness.Result(execution).ShouldBe(caught ? """{"Error":"States.Timeout","Cause":""}""" : "States.Timeout: ");
        cloud.Time.GetUtcNow().ShouldBe(StateMachineHarness.Start.AddSeconds(seconds));
    }

    [Theory]
    [InlineData("States.Timeout", 4)]
    [InlineData("States.ALL", 4)]
    [InlineData("States.TaskFailed", 1)]
    public async Task Each_attempt_has_its_whole_time_and_a_token_of_its_own(string errorEquals, int attempts)
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync($$$"""
            {"StartAt":"T","States":{"T":{ {{{Ask}}},"TimeoutSeconds":60,"Retry":[{"ErrorEquals":["{{{errorEquals}}}"],"IntervalSeconds":5,"BackoffRate":1}]} } }
            """);

        execution.Standing.Error.ShouldBe("States.Timeout");
        cloud.Functions.Calls.Distinct().Count().ShouldBe(attempts);
        cloud.Time.GetUtcNow().ShouldBe(StateMachineHarness.Start.AddSeconds((attempts * 60) + ((attempts - 1) * 5)));
    }

    [Theory]
    [InlineData("""{"limit":0}""", "TimeoutSeconds must be positive.")]
    [InlineData("""{"limit":-5}""", "TimeoutSeconds cannot be negative.")]
    [InlineData("""{"limit":1.5}""", "The TimeoutSecondsPath field refers to value \"1.5\" which is not a valid integer: $.limit")]
    [InlineData("""{"limit":"60"}""", "The TimeoutSecondsPath field refers to value \"60\" which is not a valid integer: $.limit")]
    [InlineData("{}", "Invalid path '$.limit' : No results for path: $['limit']")]
    public async Task A_limit_that_is_none_fails_the_execution(string input, string cause)
    {
        await using var cloud = new StateMachineHarness();

        (await cloud.StateAsync(Ask + ""","TimeoutSecondsPath":"$.limit" """, input)).ShouldBe($"States.Runtime: An error occurred while executing the state 'S' (entered at the event id #2). {cause}");
        cloud.Functions.Calls.ShouldBeEmpty();
    }

    /// <summary>STATE waits for longer than the state machine may last.</summary>
    [Theory]
    [InlineData(""" "S":{"Type":"Wait","Seconds":101,"End":true} """)]
    [InlineData($$""" "S":{ {{Ask}},"Catch":[{"ErrorEquals":["States.ALL"],"Next":"C"}] },"C":{"Type":"Succeed"} """)]
    [InlineData($$""" "S":{"Type":"Parallel","Catch":[{"ErrorEquals":["States.Timeout"],"Next":"C"}],"Retry":[{"ErrorEquals":["States.ALL"]}],"Branches":[{"StartAt":"T","States":{"T":{ {{Ask}} } } }],"End":true},"C":{"Type":"Succeed"} """)]
    [InlineData(""" "S":{"Type":"Task","Resource":"arn:aws:lambda:eu-west-1:000000000000:function:f","Retry":[{"ErrorEquals":["E"],"IntervalSeconds":200}],"End":true} """)]
    public async Task A_state_machine_that_takes_too_long_is_caught_by_nothing(string states)
    {
        await using var cloud = new StateMachineHarness();
        cloud.Functions.Answer = (_, _) => Task.FromResult(states.Contains("Retry\":[{\"ErrorEquals\":[\"E\"]", StringComparison.Ordinal) ? new FunctionAnswer("""{"errorType":"E"}""", "Unhandled") : new FunctionAnswer("{}", null));

        var execution = await cloud.RunAsync($$"""{"StartAt":"S","TimeoutSeconds":100,"States":{ {{states}} } }""");

        execution.Standing.ShouldBe(new Standing(ExecutionStatus.TimedOut, StateMachineHarness.Start.AddSeconds(100)));
        StateMachineHarness.Types(execution)[^1].ShouldBe("ExecutionTimedOut");
    }

    [Fact]
    public async Task A_state_machine_that_takes_too_long_stops_the_children_of_its_map_runs()
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync(
            DistributedMapTests.Map("""{"P":{"Type":"Wait","Seconds":500,"End":true}}""").Replace("\"StartAt\":\"M\"", "\"TimeoutSeconds\":100,\"StartAt\":\"M\"", StringComparison.Ordinal), "[1,2]");
        await cloud.RestAsync();

        execution.Standing.Status.ShouldBe(ExecutionStatus.TimedOut);
        var run = cloud.Get<MapRuns>().Of(execution).Single();
        run.Progress.Status.ShouldBe(MapRunStatus.Aborted);
        run.Progress.Executions.Aborted.ShouldBe(2);
    }

    [Theory]
    [InlineData(""" "Type":"Wait","Seconds":31000000,"End":true """, "SUCCEEDED", 31_000_000)]
    [InlineData(""" "Type":"Wait","Timestamp":"2027-01-30T00:00:00Z","End":true """, "SUCCEEDED", 31_406_400)]
    [InlineData(""" "Type":"Wait","Seconds":99999999,"End":true """, "TIMED_OUT", 31_536_000)]
    [InlineData(""" "Type":"Wait","Timestamp":"2094-02-18T12:00:00Z","End":true """, "TIMED_OUT", 31_536_000)]
    [InlineData(""" "Type":"Wait","Timestamp":"2094-02-20T12:00:00Z","End":true """, "FAILED", 0)]
    [InlineData(Ask, "TIMED_OUT", 31_536_000)]
    [InlineData(Ask + ""","TimeoutSeconds":31000000""", "FAILED", 31_000_000)]
    public async Task Nothing_lasts_longer_than_a_year(string fields, string status, int seconds)
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync($$"""{"StartAt":"S","States":{"S":{ {{fields}} } } }""");

        execution.Standing.StatusName.ShouldBe(status);
        cloud.Time.GetUtcNow().ShouldBe(StateMachineHarness.Start.AddSeconds(seconds));
    }
}
