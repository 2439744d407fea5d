using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions;
using ServerlessGdpr.Local.StepFunctions.Paths;
using ServerlessGdpr.Local.StepFunctions.Running;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.StepFunctions;

public sealed class TaskTokenTests
{
    private const string Ask = """
        {"StartAt":"Ask","States":{"Ask":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken",
          "Parameters":{"FunctionName":"ask","Payload":{"token.$":"$$.Task.Token"}},"ResultPath":"$.decision" REST ,"End":true}}}
        """;

    [Fact]
    public async Task The_task_goes_on_with_what_its_token_was_sent_and_time_passes_meanwhile()
    {
        await using var cloud = new StateMachineHarness();
        var execution = cloud.Begin(Define(), """{"a":1}""");
        await cloud.VirtualTime.AdvanceAsync(TimeSpan.FromDays(20), TestContext.Current.CancellationToken);

        cloud.Get<TaskTokens>().End(Token(cloud), new TaskOutcome("""{"retry":true}""", null));
        await cloud.EndAsync(execution);

        execution.Standing.Output.ShouldBe("""{"a":1,"decision":{"retry":true}}""");
        cloud.Time.GetUtcNow().ShouldBe(StateMachineHarness.Start.AddDays(20));
        StateMachineHarness.Types(execution).ShouldBe(["ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded", "TaskStateExited", "ExecutionSucceeded"]);
    }

    [Fact]
    public async Task A_token_may_be_sent_before_the_function_has_answered()
    {
        await using var cloud = new StateMachineHarness();
        cloud.Functions.Answer = (_, payload) =>
        {
            cloud.Get<TaskTokens>().End(Token(payload), new TaskOutcome("7", null));
            return Task.FromResult(new FunctionAnswer("null", null));
        };

        (await cloud.RunAsync(Define())).Standing.Output.ShouldBe("""{"decision":7}""");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_token_that_was_sent_to_a_task_that_fails_does_not_hold_the_clock()
    {
        await using var cloud = new StateMachineHarness();
        cloud.Functions.Answer = (_, payload) =>
        {
            cloud.Get<TaskTokens>().End(Token(payload), new TaskOutcome("7", null));
            return Task.FromResult(new FunctionAnswer("""{"errorType":"Crashed"}""", "Unhandled"));
        };

        (await cloud.RunAsync(Define())).Standing.Error.ShouldBe("Crashed");
        await cloud.VirtualTime.AdvanceAsync(TimeSpan.FromDays(1), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_failure_that_is_sent_is_caught_like_any_other()
    {
        await using var cloud = new StateMachineHarness();
        var execution = cloud.Begin(Define(""","Retry":[{"ErrorEquals":["Busy"],"MaxAttempts":1}]"""));

        await cloud.RestAsync();
        cloud.Get<TaskTokens>().End(Token(cloud), new TaskOutcome(null, new StateFailure("Busy", "later")));
        await cloud.VirtualTime.AdvanceAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        cloud.Functions.Calls.Count.ShouldBe(2);
        cloud.Get<TaskTokens>().End(Token(cloud), new TaskOutcome(null, new StateFailure("Busy", "never")));
        await cloud.EndAsync(execution);

        execution.Standing.Cause.ShouldBe("never");
    }

    [Fact]
    public async Task Nobody_answers_within_the_timeout()
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync(Define(""","TimeoutSeconds":2592000"""));

        execution.Standing.Error.ShouldBe("States.Timeout");
        cloud.Time.GetUtcNow().ShouldBe(StateMachineHarness.Start.AddDays(30));
        Code(() => cloud.Get<TaskTokens>().End(Token(cloud), new TaskOutcome("1", null))).ShouldBe("TaskTimedOut");
        Code(() => cloud.Get<TaskTokens>().Heartbeat(Token(cloud))).ShouldBe("TaskTimedOut");
    }

    [Theory]
    [InlineData("States.HeartbeatTimeout")]
    [InlineData("States.Timeout")]
    public async Task Heartbeats_keep_it_waiting_and_their_absence_is_caught(string errorEquals)
    {
        await using var cloud = new StateMachineHarness();
        var definition = Define(""","HeartbeatSeconds":60,"Catch":[{"ErrorEquals":["ERROR"],"Next":"P"}]""".Replace("ERROR", errorEquals))
            .Replace("""{"Ask":{""", """{"P":{"Type":"Pass","End":true},"Ask":{""");
        var execution = cloud.Begin(definition);
        for (var i = 0; i < 3; i++)
        {
            await cloud.VirtualTime.AdvanceAsync(TimeSpan.FromSeconds(50), TestContext.Current.CancellationToken);
            cloud.Get<TaskTokens>().Heartbeat(Token(cloud));
        }

        await cloud.EndAsync(execution);

        cloud.Time.GetUtcNow().ShouldBe(StateMachineHarness.Start.AddSeconds(150 + 60));
        execution.Standing.Output.ShouldBe("""{"Error":"States.Timeout","Cause":""}""");
    }

    [Fact]
    public async Task Stopping_the_execution_ends_the_wait()
    {
        await using var cloud = new StateMachineHarness();
        var execution = cloud.Begin(Define());
        await cloud.RestAsync();

        execution.TryFinish(ExecutionStatus.Aborted, null, error: "Operator", cause: "enough").ShouldBeTrue();
        await cloud.RestAsync();

        execution.Standing.StatusName.ShouldBe("ABORTED");
        StateMachineHarness.Types(execution)[^1].ShouldBe("ExecutionAborted");
        Code(() => cloud.Get<TaskTokens>().End(Token(cloud), new TaskOutcome("1", null))).ShouldBe("TaskTimedOut");
    }

    [Fact]
    public async Task A_token_that_was_never_given_out_is_invalid()
    {
        await using var cloud = new StateMachineHarness();

        Code(() => cloud.Get<TaskTokens>().End("AAAA", new TaskOutcome("1", null))).ShouldBe("InvalidToken");
    }

    private static string Define(string rest = "") => Ask.Replace("REST", rest);

    private static string Token(StateMachineHarness cloud) => Token(cloud.Functions.Calls[^1].Payload);

    private static string Token(string payload) => (string)Json.Parse(payload)["token"]!;

    private static string Code(Action action) => Should.Throw<AwsError>(action).Code;
}
