using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Functions.Restores.Copies;
using ServerlessGdpr.Functions.Restores.Replay;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Tests.Requests;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Restores.Replay;

/// <summary>What a page left behind is counted from the files of the map's result writer, once; and what it means is declared once.</summary>
public sealed class RecordReplayTests(DynamoDbLocalProcess dynamoDb) : ReplayFixture(dynamoDb)
{
    private const string Manifest = "results/manifest.json";

    private const string Succeeded = """
        [{"Status":"SUCCEEDED","Output":"{\"replayId\":\"r-0\",\"erased\":2,\"remaining\":1,\"newer\":3,\"unproven\":4,\"exempt\":5,\"exemptUntil\":\"2026-12-01T00:00:00Z\",\"isTakenUp\":false}"},
         {"Status":"SUCCEEDED","Output":"{\"replayId\":\"r-3\",\"erased\":0,\"remaining\":0,\"newer\":0,\"unproven\":0,\"exempt\":7,\"exemptUntil\":\"2026-11-29T00:00:00Z\",\"isTakenUp\":true}"},
         {"Status":"SUCCEEDED","Output":"{\"replayId\":\"r-1\",\"erased\":10,\"remaining\":0,\"newer\":0,\"unproven\":0,\"exempt\":0}"},
         {"Status":"SUCCEEDED","Output":"{\"replayId\":\"r-2\",\"error\":\"DatastoreAccessDenied\"}"}]
        """;

    [Fact]
    public async Task Every_batch_is_counted_and_those_that_failed_as_such()
    {
        var record = await SaveAsync(Sweeping());
        await PutResultsAsync();

        await RecordPageAsync(record, position: "next");

        (await RecordAsync()).Counts.ShouldBe(new ReplayCounts { Selected = 100, Erased = 12, Remaining = 1, Newer = 3, Unproven = 4, Exempt = 5, ExemptUntil = new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero), FailedBatches = 2 });
    }

    [Fact]
    public async Task The_next_page_goes_on_where_the_position_says()
    {
        var record = await SaveAsync(Sweeping());

        var state = await RecordPageAsync(record, position: "next", withResults: false);

        (state.Next, state.Position).ShouldBe((ReplaySteps.Select, "next"));
        (await RecordAsync()).Pass.ShouldBe(1);
    }

    [Theory]
    [InlineData("next")]
    [InlineData(null)]
    public async Task A_repeated_step_changes_nothing_and_says_the_same(string? position)
    {
        var record = await SaveAsync(Sweeping() with { PassStartedAt = Start, SweepStartedAt = Start });
        await PutResultsAsync();
        var first = await RecordPageAsync(record, position);
        var recorded = await RecordAsync();

        var again = await RecordPageAsync(record, position);

        again.ShouldBe(first with { LookUps = again.LookUps });
        (await RecordAsync()).Version.ShouldBe(recorded.Version);
        (await RecordAsync()).Counts.ShouldBe(recorded.Counts);
    }

    [Fact]
    public async Task A_finding_after_the_restore_was_clean_is_told_and_its_copy_is_clean_no_longer()
    {
        await RegisterCopyAsync();
        await Copies.SetCleanAsync(Store, CopyArn, "table-1", RestoreName, Start, Cancellation);
        var record = await SaveAsync(Sweeping() with { CleanAt = Start, Status = RestoreStatuses.Clean });
        await PutResultsAsync();

        await RecordPageAsync(record, position: null);

        Events.Statuses.ShouldBe(["in_progress"]);
        (await RecordAsync()).CleanAt.ShouldBeNull();
        (await Copies.ListAsync(Store, Cancellation)).ShouldHaveSingleItem().CleanAt.ShouldBeNull();
    }

    [Fact]
    public async Task What_a_batch_erased_before_it_failed_is_a_finding_too()
    {
        var record = await SaveAsync(Sweeping() with { CleanAt = Start, Status = RestoreStatuses.Clean });
        await PutPageAsync(
            "results/SUCCEEDED_0.json",
            """
            [{"Status":"SUCCEEDED","Output":"{\"replayId\":\"r-0\",\"erasedBefore\":[],\"error\":\"DatastoreThrottled\"}"},
             {"Status":"SUCCEEDED","Output":"{\"replayId\":\"r-1\",\"erasedBefore\":[3],\"error\":\"DatastoreThrottled\"}"},
             {"Status":"SUCCEEDED","Output":"{\"replayId\":\"r-2\",\"outcome\":\"unreachable\",\"erased\":1}"}]
            """);
        await PutPageAsync(Manifest, """{"ResultFiles":{"FAILED":[],"PENDING":[],"SUCCEEDED":[{"Key":"results/SUCCEEDED_0.json"}]}}""");

        await RecordPageAsync(record, position: null);

        var recorded = await RecordAsync();
        (recorded.Counts.Erased, recorded.Counts.FailedBatches, recorded.ErasedInAll).ShouldBe((4, 3, 4));
        (recorded.Status, recorded.CleanAt).ShouldBe((RestoreStatuses.InProgress, null));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_finding_after_the_restore_was_clean_is_told_though_whoever_recorded_it_died(bool before)
    {
        var record = await SaveAsync(Sweeping() with { CleanAt = Start, Status = RestoreStatuses.Clean });
        await PutResultsAsync();
        (Events.CrashBefore, Events.CrashAfter) = (before, !before);
        await Should.ThrowAsync<Crash>(() => RecordPageAsync(record, position: null));

        await RecordPageAsync(record, position: null);

        Events.Statuses.Distinct().ShouldBe(["in_progress"]);
    }

    [Theory]
    [InlineData(RestoreStatuses.InProgress, true)]
    [InlineData(RestoreStatuses.Clean, false)]
    public async Task A_restore_that_is_clean_again_after_an_operator_retried_it_says_so_once(string before, bool isTold)
    {
        var record = await SaveAsync(Sweeping() with { CleanAt = Start, WasReleased = true, Status = before, Pass = 2, SweepStartedAt = Start, PassStartedAt = Start, Sweep = 4 });

        await RecordPageAsync(record, position: null, withResults: false, selected: 0);
        await RecordPageAsync(record, position: null, withResults: false, selected: 0);

        ((await RecordAsync()).Status, (await RecordAsync()).Sweep).ShouldBe((RestoreStatuses.Clean, 5));
        Events.Statuses.ShouldBe(isTold ? ["clean"] : []);
        if (isTold) ((int?)Events.Published[0]["sweep"]).ShouldBe(4);
    }

    [Fact]
    public async Task A_copy_is_not_clean_while_another_restore_into_it_is_at_work()
    {
        await RegisterCopyAsync();
        await RegisterCopyAsync("another");
        await DeclareAsync(await SaveAsync(Sweeping() with { Pass = 2 }));

        (await Copies.ListAsync(Store, Cancellation)).ShouldHaveSingleItem().CleanAt.ShouldBeNull();
    }

    [Fact]
    public async Task A_restore_is_declared_clean_once_and_its_copy_with_it()
    {
        await RegisterCopyAsync();
        var record = await SaveAsync(Sweeping() with { Pass = 2, Counts = new ReplayCounts { Selected = 7 } });
        var first = await DeclareAsync(record);
        var declared = await RecordAsync();
        await Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromMinutes(10), Cancellation);

        var again = await DeclareAsync(record);

        Events.Statuses.ShouldBe(["clean"]);
        ((long?)Events.Published[0]["selected"]).ShouldBe(7, "the event tells of the sweep that ended");
        (first.Next, first.WaitSeconds, again.Next, again.WaitSeconds).ShouldBe((ReplaySteps.Wait, 3600, ReplaySteps.Wait, 3000));
        (await RecordAsync()).Version.ShouldBe(declared.Version);
        (await Copies.ListAsync(Store, Cancellation)).ShouldHaveSingleItem().CleanAt.ShouldBe(Start);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_quarantine_is_lifted_once_and_what_becomes_of_the_table_is_marked_each_time(bool wasReleased)
    {
        var record = await SaveAsync(Sweeping() with { Pass = 2, SweepStartedAt = Start, QuarantinedAt = Start, WasReleased = wasReleased });

        var state = await RecordPageAsync(record, position: null, withResults: false, selected: 0);

        (state.Next, state.Quarantine).ShouldBe((ReplaySteps.Release, new Quarantine(CopyArn, null, "clean", wasReleased)));
    }

    [Fact]
    public async Task What_was_restored_in_place_is_clean_and_reopened_like_a_copy()
    {
        var inPlace = Sweeping();
        inPlace = inPlace with { Restore = inPlace.Restore with { Target = new(Source, null, InPlace: true) } };
        await Copies.RegisterAsync(
            new RestoredCopy { Datastore = Store, Arn = Source, ResourceId = RestoreName, RestoreId = RestoreName, InPlaceFrom = Start, RegisteredAt = Start }, Cancellation);
        await PutResultsAsync();

        await DeclareAsync(await SaveAsync(inPlace with { Pass = 2 }));
        (await Copies.AtAsync(Source, Cancellation)).ShouldHaveSingleItem().CleanAt.ShouldBe(Start);

        await RecordPageAsync(await RecordAsync(), position: null);
        (await Copies.AtAsync(Source, Cancellation)).ShouldHaveSingleItem().CleanAt.ShouldBeNull();
    }

    [Fact]
    public async Task What_was_announced_after_the_last_pass_is_resolved_before_anything_is_declared()
    {
        await RegisterCopyAsync();
        var record = await SaveAsync(Sweeping() with { Pass = 2, SelectAgain = true, QuarantinedAt = Start });

        (await DeclareAsync(record)).Next.ShouldBe(ReplaySteps.Begin);
        (await DeclareAsync(record)).Next.ShouldBe(ReplaySteps.Begin);

        Events.Statuses.ShouldBeEmpty();
        (await Copies.ListAsync(Store, Cancellation)).ShouldHaveSingleItem().CleanAt.ShouldBeNull();
    }

    private Task RegisterCopyAsync(string restoreId = RestoreName) => Copies.RegisterAsync(
        new RestoredCopy { Datastore = Store, Arn = CopyArn, ResourceId = "table-1", RestoreId = restoreId, EffectiveAsOf = AsOfBackup, RegisteredAt = Start }, Cancellation);

    /// <summary>Three batches that ended, of which one failed and says so, and one whose execution broke off.</summary>
    private async Task PutResultsAsync()
    {
        await PutPageAsync("results/SUCCEEDED_0.json", Succeeded);
        await PutPageAsync("results/FAILED_0.json", """[{"Status":"FAILED","Error":"States.Timeout"}]""");
        await PutPageAsync(
            Manifest,
            """{"DestinationBucket":"pages","MapRunArn":"arn","ResultFiles":{"FAILED":[{"Key":"results/FAILED_0.json","Size":1}],"PENDING":[],"SUCCEEDED":[{"Key":"results/SUCCEEDED_0.json","Size":1}]}}""");
    }

    private Task<ReplayState> RecordPageAsync(RestoreRecord before, string? position, bool withResults = true, long selected = 100) =>
        new RecordReplay(Restores, Copies, ReplayPages, StatusEvents, Metrics, Cloud.Time).HandleAsync(
            Input(before) with { Selected = selected, Position = position, Results = withResults ? new ObjectLocation(Pages, Manifest) : null }, Invocation, Cancellation);

    private Task<ReplayState> DeclareAsync(RestoreRecord before) =>
        new DeclareRestore(Restores, Copies, StatusEvents, Metrics, Cloud.Time).HandleAsync(Input(before), Invocation, Cancellation);

    private static ReplayInput Input(RestoreRecord before) => new() { RestoreId = RestoreName, Attempt = 0, Step = before.ToState(ReplaySteps.Record).Step };
}
