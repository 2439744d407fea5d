using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions.History;
using ServerlessGdpr.Local.StepFunctions.Running;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.StepFunctions;

public sealed class FaultTests
{
    private const string Task = """ "Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f","Payload":{"retry.$":"$$.State.RetryCount"}},"OutputPath":"$.Payload" """;

    [Fact]
    public async Task Without_further_fields_a_retrier_waits_1_2_and_4_seconds()
    {
        await using var cloud = new StateMachineHarness();
        cloud.Functions.FailTimes(99, "Throttled");

        var end = await cloud.StateAsync(Task + ""","Retry":[{"ErrorEquals":["States.ALL"]}],"End":true""");

        end.ShouldStartWith("Throttled: ");
        cloud.Time.GetUtcNow().ShouldBe(StateMachineHarness.Start.AddSeconds(7));
        cloud.Functions.Calls.Select(call => call.Payload).ShouldBe(["""{"retry":0}""", """{"retry":1}""", """{"retry":2}""", """{"retry":3}"""]);
    }

    [Fact]
    public async Task A_retrier_with_no_attempts_keeps_permanent_failures_from_the_ones_behind_it()
    {
        await using var cloud = new StateMachineHarness();
        cloud.Functions.FailTimes(99, "Denied");

        await cloud.StateAsync(Task + ""","Retry":[{"ErrorEquals":["Denied"],"MaxAttempts":0},{"ErrorEquals":["States.ALL"]}],"End":true""");

        cloud.Functions.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Each_retrier_counts_its_own_attempts()
    {
        await using var cloud = new StateMachineHarness();
        var errors = new Queue<string>(["A", "B", "A", "B", "B"]);
        cloud.Functions.Answer = (_, _) => System.Threading.Tasks.Task.FromResult(errors.TryDequeue(out var error)
            ? new FunctionAnswer($$"""{"errorType":"{{error}}"}""", "Unhandled")
            : new FunctionAnswer("1", null));

        var end = await cloud.StateAsync(Task + ""","Retry":[{"ErrorEquals":["A"],"MaxAttempts":2,"IntervalSeconds":10},{"ErrorEquals":["States.TaskFailed"],"MaxAttempts":3}],"End":true""");

        end.ShouldBe("1");
        cloud.Time.GetUtcNow().ShouldBe(StateMachineHarness.Start.AddSeconds(10 + 20 + 1 + 2 + 4));
    }

    [Fact]
    public async Task Full_jitter_shortens_the_back_off()
    {
        await using var cloud = new StateMachineHarness();
        cloud.Functions.FailTimes(3, "Throttled");

        await cloud.StateAsync(Task + ""","Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":100,"BackoffRate":1,"JitterStrategy":"FULL"}],"End":true""");

        (cloud.Time.GetUtcNow() - StateMachineHarness.Start).TotalSeconds.ShouldBeInRange(1, 299);
    }

    [Theory]
    [InlineData("TooManyRequestsException", 429, "Lambda.TooManyRequestsException")]
    [InlineData("ResourceNotFoundException", 404, "Lambda.ResourceNotFoundException")]
    [InlineData("ServiceException", 500, "Lambda.ServiceException")]
    [InlineData("ValidationException", 400, "Lambda.AWSLambdaException")]
    [InlineData("AccessDeniedException", 403, "Lambda.AWSLambdaException")]
    public async Task What_Lambda_refuses_has_its_name_before_the_error(string code, int status, string error)
    {
        await using var cloud = new StateMachineHarness();
        cloud.Functions.Answer = (_, _) => throw new AwsError(code, "no", status);

        var end = await cloud.StateAsync(Task + ""","End":true""");

        end.ShouldBe($"{error}: no (Service: AWSLambda; Status Code: {status}; Error Code: {code}; Proxy: null)");
    }

    [Theory]
    [InlineData("""{"errorMessage":"killed"}""", "Lambda.Unknown")]
    [InlineData("\"text\"", "Lambda.Unknown")]
    [InlineData("""{"errorType":"Runtime.ExitError"}""", "Runtime.ExitError")]
    public async Task What_a_function_reports_names_the_error(string payload, string error)
    {
        await using var cloud = new StateMachineHarness();
        cloud.Functions.Answer = (_, _) => System.Threading.Tasks.Task.FromResult(new FunctionAnswer(payload, "Unhandled"));

        (await cloud.StateAsync(Task + ""","End":true""")).ShouldBe($"{error}: {payload}");
    }

    [Theory]
    [InlineData("States.ALL", false)]
    [InlineData("States.TaskFailed", false)]
    [InlineData("States.DataLimitExceeded", true)]
    public async Task A_result_that_is_too_large_is_caught_by_its_own_name_only(string errorEquals, bool caught)
    {
        await using var cloud = new StateMachineHarness();
        cloud.Functions.Answer = (_, _) => System.Threading.Tasks.Task.FromResult(new FunctionAnswer($"\"{new string('é', 131_073)}\"", null));

        var execution = await cloud.RunAsync(Catching(errorEquals));

        execution.Standing.Status.ShouldBe(caught ? ExecutionStatus.Succeeded : ExecutionStatus.Failed);
        execution.History.Events.Single(happened => happened.Body.Type == "TaskFailed").Body.Details!["cause"]!.GetValue<string>()
            .ShouldBe("The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit.");
    }

    [Theory]
    [InlineData("States.ALL")]
    [InlineData("States.Runtime")]
    public async Task Nothing_retries_or_catches_a_mistake_of_the_definition(string errorEquals)
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync(Catching(errorEquals).Replace("""{"retry.$":"$$.State.RetryCount"}""", """{"x.$":"$.no"}""").Replace(""" "Catch" """, $$""" "Retry":[{"ErrorEquals":["{{errorEquals}}"]}],"Catch" """));

        execution.Standing.Error.ShouldBe("States.Runtime");
        cloud.Time.GetUtcNow().ShouldBe(StateMachineHarness.Start);
    }

    [Fact]
    public async Task A_function_that_does_not_answer_in_time_times_out()
    {
        // A clock that does not wait for the cloud to rest, as a function that hangs is work in flight.
        var clock = new VirtualTime(StateMachineHarness.Start, new InFlight());
        await using var cloud = new StateMachineHarness(clock);
        var (called, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        cloud.Functions.Answer = (_, _) =>
        {
            called.SetResult();
            return new TaskCompletionSource<FunctionAnswer>().Task;
        };
        using var watch = cloud.Get<ExecutionFeed>().Subscribe(progress =>
        {
            if (progress.Type == "ExecutionFailed") ended.SetResult();
        });

        var execution = cloud.Begin("""{"StartAt":"T","States":{"T":{ TASK ,"TimeoutSecondsPath":"$.limit","End":true}}}""".Replace("TASK", Task), """{"limit":60}""");
        await called.Task;
        await clock.AdvanceAsync(TimeSpan.FromSeconds(59.9), TestContext.Current.CancellationToken);
        execution.IsRunning.ShouldBeTrue();
        await clock.AdvanceAsync(TimeSpan.FromSeconds(0.1), TestContext.Current.CancellationToken);
        await ended.Task;
        SpinWait.SpinUntil(() => !execution.IsRunning, TimeSpan.FromSeconds(60)).ShouldBeTrue();

        execution.Standing.Error.ShouldBe("States.Timeout");
        StateMachineHarness.Types(execution).ShouldBe(["ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskTimedOut", "ExecutionFailed"]);
    }

    [Fact]
    public async Task An_execution_that_lasts_longer_than_its_state_machine_allows_times_out()
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync("""{"StartAt":"W","TimeoutSeconds":100,"States":{"W":{"Type":"Wait","Seconds":101,"End":true}}}""");

        execution.Standing.ShouldBe(new Standing(ExecutionStatus.TimedOut, StateMachineHarness.Start.AddSeconds(100)));
        StateMachineHarness.Types(execution).ShouldBe(["ExecutionStarted", "WaitStateEntered", "ExecutionTimedOut"]);
    }

    [Fact]
    public async Task No_execution_lasts_longer_than_a_year()
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync("""{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":99999999,"End":true}}}""");

        execution.Standing.ShouldBe(new Standing(ExecutionStatus.TimedOut, StateMachineHarness.Start.AddDays(365)));
    }

    private static string Catching(string errorEquals) => """
        {"StartAt":"T","States":{"T":{ TASK , "Catch" :[{"ErrorEquals":["ERROR"],"Next":"P"}],"End":true},"P":{"Type":"Pass","Result":"caught","End":true}}}
        """.Replace("TASK", Task).Replace("ERROR", errorEquals);
}
