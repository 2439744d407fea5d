using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Functions.Restores.Recognition;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Tests.Requests;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Restores;

public sealed class RestoreDecisionTests(DynamoDbLocalProcess process) : IAsyncLifetime
{
    private const string EventId = "315c1398-40ff-a850-213b-158f73e60175";
    private static readonly string Id = RestoreIntakeHarness.IdOf("trail-dynamodb-from-backup");
    private RestoreIntakeHarness intake = null!;

    public async ValueTask InitializeAsync()
    {
        intake = await RestoreIntakeHarness.CreateAsync(process);
        await intake.DeliverAsync(RestoreIntakeHarness.Sample("trail-dynamodb-from-backup"));
    }

    public ValueTask DisposeAsync() => intake.DisposeAsync();

    [Theory]
    [InlineData("retry", """{"decision":"retry","reason":null}""")]
    [InlineData("erase", """{"decision":"erase","reason":null}""")]
    [InlineData("keep", """{"decision":"keep","reason":null}""")]
    [InlineData("close", """{"decision":"close","reason":"resource_deleted"}""")]
    public async Task A_decision_goes_to_the_replay_that_waits(string decision, string given)
    {
        await intake.WaitAsync(Id, "token-1", OperatorReasons.NameNotReachable);

        (await DecideAsync(decision)).ShouldBeTrue();

        intake.Workflows.Decisions.ShouldHaveSingleItem().ToJsonString().ShouldBe(given);
        (await intake.RestoreAsync(Id)).TaskToken.ShouldBeNull();
        intake.Events.Published.ShouldBeEmpty();
    }

    [Fact]
    public async Task When_nothing_waits_a_decision_is_rejected()
    {
        await DecideAsync("retry");

        LastReason().ShouldBe("/restore_id not_waiting");
    }

    [Fact]
    public async Task A_decision_for_a_restore_that_is_not_there_is_rejected()
    {
        await intake.Intake.DeliverAsync(Samples.Body("rejected/restore-decision-for-unknown-restore.json"));

        LastReason().ShouldBe("/restore_id unknown_restore");
    }

    [Fact]
    public async Task When_the_token_is_dead_a_decision_is_rejected_and_the_next_may_decide()
    {
        await intake.Restores.SetTaskTokenAsync(Id, "token-timed-out", TestContext.Current.CancellationToken);
        await intake.WaitAsync(Id, "token-timed-out", OperatorReasons.NameNotReachable);
        intake.Workflows.Waiting.Clear();
        await DecideAsync("retry");
        LastReason().ShouldBe("/restore_id not_waiting");

        await intake.WaitAsync(Id, "token-2", OperatorReasons.NameNotReachable);
        await DecideAsync("retry");

        intake.Workflows.Decisions.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_same_decision_twice_with_a_crash_between_is_taken_once(bool answered)
    {
        await intake.WaitAsync(Id, "token-1", OperatorReasons.NameNotReachable);
        if (answered) intake.Workflows.CrashAfter = true;
        else intake.Workflows.CrashBefore = true;
        (await DecideAsync("close", EventId)).ShouldBeFalse();

        (await DecideAsync("close", EventId)).ShouldBeTrue();
        (await DecideAsync("close", EventId)).ShouldBeTrue();

        intake.Workflows.Decisions.Count.ShouldBe(1);
        intake.Events.Published.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_decision_that_comes_again_does_not_decide_what_waits_by_then()
    {
        await intake.WaitAsync(Id, "token-1", OperatorReasons.NameNotReachable);
        await DecideAsync("retry", EventId);
        await intake.WaitAsync(Id, "token-2", OperatorReasons.NameNotReachable);

        (await DecideAsync("retry", EventId)).ShouldBeTrue();

        intake.Workflows.Decisions.ShouldHaveSingleItem();
        (await intake.RestoreAsync(Id)).TaskToken.ShouldBe("token-2");
    }

    [Theory]
    [InlineData("FAILED", "execution_failed")]
    [InlineData("TIMED_OUT", "execution_timed_out")]
    [InlineData("ABORTED", "execution_aborted")]
    public async Task A_failed_replay_leaves_its_restore_waiting_visibly(string status, string code)
    {
        var body = ExecutionEvents.Body(Id, status, machine: "replay");
        intake.Events.CrashBefore = true;
        (await intake.DeliverAsync(body)).ShouldBeFalse();

        (await intake.DeliverAsync([body, body])).BatchItemFailures.ShouldBeEmpty();

        var restore = await intake.RestoreAsync(Id);
        (restore.Status, restore.OperatorReason).ShouldBe(("waiting", "execution_failed"));
        intake.Events.Published.ShouldHaveSingleItem()["operator_reason"]!.ToString().ShouldBe("execution_failed");
        intake.Intake.Logs.ShouldContain(line => line.Contains(code, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_operators_retry_of_a_failed_replay_starts_the_next_attempt_once()
    {
        await FailAsync(Id);
        intake.Workflows.CrashBefore = true;
        (await DecideAsync("retry", EventId)).ShouldBeFalse();

        (await DecideAsync("retry", EventId)).ShouldBeTrue();
        (await DecideAsync("retry", EventId)).ShouldBeTrue();
        await FailAsync(Id);

        intake.Workflows.Executions.Keys.ShouldBe([Id, $"{Id}-r1"]);
        var restore = await intake.RestoreAsync(Id);
        (restore.Status, restore.OperatorReason, restore.Attempt).ShouldBe(("in_progress", null, 1));
    }

    [Fact]
    public async Task A_failed_replay_can_only_be_retried()
    {
        await FailAsync(Id);

        await DecideAsync("close");

        LastReason().ShouldBe("/restore_id not_waiting");
    }

    [Fact]
    public async Task A_clean_restore_whose_later_sweeps_fail_waits_and_one_that_has_ended_does_not()
    {
        await intake.Restores.SaveAsync((await intake.RestoreAsync(Id)) with { Status = RestoreStatuses.Clean }, TestContext.Current.CancellationToken);
        await FailAsync(Id);
        var restore = await intake.RestoreAsync(Id);
        restore.Status.ShouldBe("waiting");

        await intake.Restores.SaveAsync(restore with { Status = RestoreStatuses.Ended, OperatorReason = null }, TestContext.Current.CancellationToken);
        await FailAsync(Id);
        (await intake.RestoreAsync(Id)).Status.ShouldBe("ended");
    }

    [Fact]
    public async Task What_is_about_no_execution_of_a_replay_is_let_go()
    {
        await intake.DeliverAsync(ExecutionEvents.Body("by-hand", "FAILED", machine: "replay"));
        await intake.DeliverAsync(ExecutionEvents.Body(Id, "FAILED", machine: "erasure"));
        await intake.DeliverAsync(ExecutionEvents.Body($"{Id}-r3", "FAILED", machine: "replay"));

        (await intake.RestoreAsync(Id)).Status.ShouldBe("in_progress");
        intake.Events.Published.ShouldBeEmpty();
    }

    private Task<bool> FailAsync(string execution) => intake.DeliverAsync(ExecutionEvents.Body(execution, "FAILED", machine: "replay"));

    private Task<bool> DecideAsync(string decision, string? eventId = null) => intake.Intake.DeliverAsync(Samples.Body($"operator-decided-restore-{decision}.json", eventId));

    private string LastReason()
    {
        var rejected = intake.Events.Published[^1];
        ((string)rejected["request_status"]!).ShouldBe("rejected");
        return $"{rejected["reasons"]![0]!["field"]} {rejected["reasons"]![0]!["code"]}";
    }
}
