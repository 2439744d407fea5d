using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Functions.Restores.Recognition;
using ServerlessGdpr.Local.DynamoDb;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Restores;

public sealed class WatchRestoresTests(DynamoDbLocalProcess process) : IAsyncLifetime
{
    private RestoreIntakeHarness intake = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => intake = await RestoreIntakeHarness.CreateAsync(process);

    public ValueTask DisposeAsync() => intake.DisposeAsync();

    [Fact]
    public async Task Restores_that_wait_for_an_operator_are_counted()
    {
        await intake.DeliverAsync([RestoreIntakeHarness.Sample("trail-dynamodb-from-backup"), RestoreIntakeHarness.Sample("trail-dynamodb-import")]);
        await intake.WaitAsync(RestoreIntakeHarness.IdOf("trail-dynamodb-from-backup"), "token-1", OperatorReasons.NameNotReachable);

        await WatchAsync();

        intake.Metrics.ShouldContain("\"RestoresWaiting\":1");
    }

    [Fact]
    public async Task A_restore_that_was_recorded_and_never_started_is_started_within_the_hour()
    {
        var restore = RestoreSamples.Restore("trail-dynamodb-from-backup") with { AnnouncedAt = intake.Intake.Time.Now };
        var restoreId = RestoreId.Of(RestoreIdentity.Of(restore));
        await intake.Restores.AnnounceAsync(restoreId, restore, ["customers"], null, Cancellation);

        await WatchAsync();
        intake.Workflows.Executions.ShouldBeEmpty();

        intake.Intake.Time.Now += TimeSpan.FromMinutes(61);
        await WatchAsync();
        intake.Workflows.Executions.Keys.ShouldBe([restoreId]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("token-1")]
    public async Task A_replay_whose_failure_nobody_told_of_is_found_within_the_hour(string? token)
    {
        await intake.DeliverAsync(RestoreIntakeHarness.Sample("trail-dynamodb-from-backup"));
        var restoreId = RestoreIntakeHarness.IdOf("trail-dynamodb-from-backup");
        if (token is not null) await intake.WaitAsync(restoreId, token, OperatorReasons.NameNotReachable);
        intake.Workflows.Ended[intake.Workflows.Starts.Single()] = "TIMED_OUT";

        intake.Intake.Time.Now = RestoreSamples.Restore("trail-dynamodb-from-backup").AnnouncedAt.AddMinutes(61);
        await WatchAsync();
        await WatchAsync();

        var restore = await intake.RestoreAsync(restoreId);
        (restore.Status, restore.OperatorReason, restore.TaskToken).ShouldBe((RestoreStatuses.Waiting, OperatorReasons.ExecutionFailed, null));
        intake.Events.Statuses.ShouldBe(["waiting"]);
    }

    [Theory]
    [InlineData(RestoreStatuses.Clean, null)]
    [InlineData(RestoreStatuses.Waiting, "records_remain")]
    public async Task So_is_one_of_a_clean_restore_that_is_to_be_looked_at_again_and_one_whose_decision_was_on_its_way(string status, string? reason)
    {
        await intake.DeliverAsync(RestoreIntakeHarness.Sample("trail-dynamodb-from-backup"));
        var restoreId = RestoreIntakeHarness.IdOf("trail-dynamodb-from-backup");
        await intake.Restores.SaveAsync((await intake.RestoreAsync(restoreId)) with { Status = status, OperatorReason = reason, TaskToken = null, Next = "wait" }, Cancellation);
        intake.Workflows.Ended[intake.Workflows.Starts.Single()] = "FAILED";

        intake.Intake.Time.Now = RestoreSamples.Restore("trail-dynamodb-from-backup").AnnouncedAt.AddMinutes(61);
        await WatchAsync();

        var restore = await intake.RestoreAsync(restoreId);
        (restore.Status, restore.OperatorReason).ShouldBe((RestoreStatuses.Waiting, OperatorReasons.ExecutionFailed));
        intake.Events.Statuses.ShouldBe(["waiting"]);
    }

    private Task WatchAsync() => intake.Watch.WatchAsync(work => work(), Cancellation);
}
