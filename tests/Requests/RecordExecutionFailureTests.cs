using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Local.DynamoDb;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Requests;

public sealed class RecordExecutionFailureTests(DynamoDbLocalProcess process) : IAsyncLifetime
{
    private IntakeHarness intake = null!;

    private async Task CheckAsync(int attempt) => await intake.Failures.CheckAsync((await intake.RequestAsync())!, attempt, null, Cancellation);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        intake = await IntakeHarness.CreateAsync(process);
        await intake.DeliverAsync(Samples.Body("erasure-requested.json"));
    }

    public ValueTask DisposeAsync() => intake.DisposeAsync();

    [Theory]
    [InlineData("FAILED", "execution_failed")]
    [InlineData("TIMED_OUT", "execution_timed_out")]
    [InlineData("ABORTED", "execution_aborted")]
    public async Task A_failed_execution_leaves_its_request_failed_visibly_and_open(string status, string code)
    {
        (await intake.DeliverAsync(ExecutionEvents.Body(0, status))).ShouldBeTrue();

        (await intake.RequestAsync())!.Status.ShouldBe("failed");
        intake.Events.Statuses.ShouldBe(["pending", "failed"]);
        ((string)intake.Events.Published[^1]["reasons"]![0]!["code"]!).ShouldBe(code);
        (await intake.Store.ListOpenAsync(Cancellation).CountAsync(Cancellation)).ShouldBe(1);
    }

    [Fact]
    public async Task The_same_failure_twice_is_announced_once_and_a_crash_between_is_healed()
    {
        var body = ExecutionEvents.Body(0, "FAILED");
        intake.Events.CrashBefore = true;

        (await intake.DeliverAsync(body)).ShouldBeFalse();
        (await intake.DeliverAsync([body, body])).BatchItemFailures.ShouldBeEmpty();

        intake.Events.Statuses.ShouldBe(["pending", "failed"]);
    }

    [Theory]
    [InlineData("completed")]
    [InlineData("partially_completed")]
    public async Task A_request_that_has_ended_stays_as_it_is(string status)
    {
        await intake.BeginAsync(Samples.RequestId);
        await intake.Store.CompleteAsync(Samples.RequestId, status, Cancellation);

        await intake.DeliverAsync(ExecutionEvents.Body(0, "FAILED"));

        (await intake.RequestAsync())!.Status.ShouldBe(status);
        intake.Events.Statuses.ShouldBe(["pending"]);
    }

    [Fact]
    public async Task A_cancelled_request_whose_execution_could_not_clean_up_is_failed_and_open_until_another_does()
    {
        await intake.Store.TryCancelAsync(Samples.RequestId, Cancellation);

        await intake.DeliverAsync(ExecutionEvents.Body(0, "ABORTED"));
        var failed = (await intake.RequestAsync())!;
        await intake.DeliverAsync(Samples.Body("operator-decided-retry.json"));

        (failed.Status, failed.EndedAt).ShouldBe(("failed", null));
        intake.Events.Statuses.ShouldBe(["pending", "failed", "pending"]);
        intake.Workflows.Executions.Keys.ShouldBe([Samples.RequestId, $"{Samples.RequestId}-r1"]);
        (await intake.Store.TryCancelAsync(Samples.RequestId, Cancellation)).Outcome.ShouldBe("accepted", "as planning finds it cancelled");
    }

    [Theory]
    [InlineData("FAILED", "execution_failed")]
    [InlineData("ABORTED", "execution_aborted")]
    public async Task A_failure_that_nobody_told_of_is_found_by_asking(string status, string code)
    {
        intake.Workflows.Ended[Samples.RequestId] = status;

        await CheckAsync(attempt: 0);
        await CheckAsync(attempt: 0);

        (await intake.RequestAsync())!.Status.ShouldBe("failed");
        intake.Events.Statuses.ShouldBe(["pending", "failed"]);
        ((string)intake.Events.Published[^1]["reasons"]![0]!["code"]!).ShouldBe(code);
    }

    [Theory]
    [InlineData("RUNNING")]
    [InlineData("SUCCEEDED")]
    public async Task An_execution_that_did_not_fail_is_left_alone(string status)
    {
        intake.Workflows.Ended[Samples.RequestId] = status;

        await CheckAsync(attempt: 0);

        (await intake.RequestAsync())!.Status.ShouldBe("pending");
        intake.Workflows.Starts.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_attempt_that_nobody_started_is_started()
    {
        await CheckAsync(attempt: 1);

        intake.Workflows.Executions.Keys.ShouldBe([Samples.RequestId, $"{Samples.RequestId}-r1"]);
    }

    [Fact]
    public async Task A_late_message_of_an_earlier_attempt_does_not_fail_the_present_one()
    {
        await intake.DeliverAsync(ExecutionEvents.Body(0, "FAILED"));
        await intake.DeliverAsync(Samples.Body("operator-decided-retry.json"));

        await intake.DeliverAsync(ExecutionEvents.Body(0, "FAILED"));

        (await intake.RequestAsync())!.Status.ShouldBe("pending");
    }

    [Fact]
    public async Task An_attempt_that_failed_before_it_could_make_itself_known_is_failed_too()
    {
        await intake.Store.CompleteAsync(Samples.RequestId, "partially_completed", Cancellation);

        await intake.DeliverAsync(ExecutionEvents.Body(1, "FAILED"));

        var request = (await intake.RequestAsync())!;
        (request.Status, request.Attempt).ShouldBe(("failed", 1));
        (await intake.Store.ListOpenAsync(Cancellation).CountAsync(Cancellation)).ShouldBe(1);
    }

    [Fact]
    public async Task What_is_about_no_execution_of_a_request_is_let_go()
    {
        string[] bodies =
        [
            ExecutionEvents.Body("by-hand", "FAILED"),
            ExecutionEvents.Body(RequestId.Of("com.example.shop", Guid.NewGuid().ToString()), "FAILED"),
            ExecutionEvents.Body(Samples.RequestId, "SUCCEEDED"),
            ExecutionEvents.Body(Samples.RequestId, "FAILED", machine: "another"),
            ExecutionEvents.Body(Samples.RequestId, "FAILED", source: "com.example.shop"),
        ];

        (await intake.DeliverAsync(bodies)).BatchItemFailures.ShouldBeEmpty();

        intake.Events.Statuses.ShouldBe(["pending"]);
        (await intake.RequestAsync())!.Status.ShouldBe("pending");
    }
}

/// <summary>Step Functions' own events, with what it puts into them.</summary>
internal static class ExecutionEvents
{
    public static string Body(int attempt, string status) => Body(RequestId.ExecutionName(Samples.RequestId, attempt), status);

    public static string Body(string name, string status, string machine = "erasure", string source = "aws.states") => Samples.Body(
        source,
        "Step Functions Execution Status Change",
        $$"""
        {"executionArn":"arn:aws:states:eu-west-1:000000000000:execution:{{machine}}:{{name}}",
         "stateMachineArn":"arn:aws:states:eu-west-1:000000000000:stateMachine:{{machine}}","name":"{{name}}","status":"{{status}}",
         "startDate":1795000000000,"stopDate":1795000001000,"input":"{}","output":null,"error":null,"cause":null}
        """);
}
