using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Functions.Restores.Recognition;
using ServerlessGdpr.Functions.Restores.Replay;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Tests.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Restores;

public sealed class RestoreStoreTests(DynamoDbLocalProcess process) : IAsyncLifetime
{
    private const string Id = "shop-customers-0123456789abcdef";

    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private DynamoDbFixture dynamo = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private RestoreStore Store => new(dynamo.Client, DynamoDbFixture.Requests);

    public async ValueTask InitializeAsync() => dynamo = await DynamoDbFixture.CreateAsync(process, Cancellation);

    public ValueTask DisposeAsync() => dynamo.DisposeAsync();

    [Fact]
    public async Task Every_field_comes_back_as_it_was_saved()
    {
        var record = Everything with { MemoryReaches = false };

        await Store.SaveAsync(record, Cancellation);

        var read = (await Store.GetAsync(Id, Cancellation)).ShouldNotBeNull();
        read.ShouldBe(record with { Version = 1, Datastores = read.Datastores, NotReplayed = read.NotReplayed, Answers = read.Answers });
        read.Datastores.ShouldBe(record.Datastores);
        read.NotReplayed.ShouldBe(record.NotReplayed);
        read.Answers.ShouldBe(record.Answers);
    }

    [Fact]
    public void A_record_from_before_datastores_could_be_left_out_leaves_out_none()
    {
        var item = RestoreItems.Write(Everything);
        item["record"].S = item["record"].S.Replace("\"notReplayed\":[\"orders\"],", "", StringComparison.Ordinal);

        item["record"].S.ShouldNotContain("notReplayed");
        RestoreItems.Read(item).Replayed().ShouldBe(["customers", "orders"]);
    }

    [Fact]
    public async Task A_restore_that_was_announced_is_in_progress()
    {
        var record = await AnnounceAsync(At(0));

        record.ShouldSatisfyAllConditions(
            () => record.Status.ShouldBe("in_progress"),
            () => record.Attempt.ShouldBe(0),
            () => record.Version.ShouldBe(1),
            () => record.Datastores.ShouldBe(["customers"]),
            () => record.SelectAgain.ShouldBeFalse(),
            () => record.MemoryReaches.ShouldBeTrue());
    }

    [Fact]
    public async Task The_same_announcement_again_writes_nothing()
    {
        await AnnounceAsync(At(0));

        (await AnnounceAsync(At(0))).Version.ShouldBe(1);
    }

    [Fact]
    public async Task An_announcement_of_more_before_anything_is_selected_needs_no_second_selection()
    {
        await AnnounceAsync(At(0));

        var record = await AnnounceAsync(At(-1));

        record.Restore.AsOf.From.ShouldBe(Noon.AddHours(-1));
        record.SelectAgain.ShouldBeFalse();
    }

    [Fact]
    public async Task An_announcement_of_more_after_the_selection_has_everyone_selected_anew()
    {
        await SavedAsync(await AnnounceAsync(At(0)), RestoreStatuses.InProgress);

        (await AnnounceAsync(At(1))).SelectAgain.ShouldBeFalse();
        var record = await AnnounceAsync(At(-1));

        record.SelectAgain.ShouldBeTrue();
        record.Attempt.ShouldBe(0);
    }

    [Fact]
    public async Task A_datastore_that_is_named_after_the_selection_is_selected_too()
    {
        await SavedAsync(await AnnounceAsync(At(0)), RestoreStatuses.InProgress);

        var record = await Store.AnnounceAsync(Id, At(0), ["addresses"], null, Cancellation);

        record.Datastores.ShouldBe(["addresses", "customers"]);
        record.SelectAgain.ShouldBeTrue();
    }

    [Fact]
    public async Task A_datastore_that_is_named_after_the_others_were_clean_is_not_clean_with_them()
    {
        await SavedAsync(await AnnounceAsync(At(0)) with { IsResolved = true, EffectiveAsOf = Noon, CleanAt = Noon.AddHours(1) }, RestoreStatuses.Clean);

        var record = await Store.AnnounceAsync(Id, At(0), ["addresses"], null, Cancellation);

        (record.Status, record.Attempt, record.CleanAt).ShouldBe(("in_progress", 1, null));
    }

    [Theory]
    [InlineData(RestoreStatuses.Clean)]
    [InlineData(RestoreStatuses.CleanedIncompletely)]
    [InlineData(RestoreStatuses.Ended)]
    [InlineData(RestoreStatuses.Merged)]
    public async Task An_announcement_of_more_opens_a_restore_that_had_ended(string status)
    {
        await SavedAsync(await AnnounceAsync(At(0)), status);

        var record = await AnnounceAsync(At(-1));
        record.Status.ShouldBe("in_progress");
        record.Attempt.ShouldBe(1);
        record.SelectAgain.ShouldBeTrue();

        (await AnnounceAsync(At(-1))).Version.ShouldBe(record.Version);
    }

    [Fact]
    public async Task An_ended_restore_that_is_announced_again_stays_as_it_is()
    {
        await SavedAsync(await AnnounceAsync(At(0)), RestoreStatuses.Clean);

        var record = await AnnounceAsync(At(0));

        record.Status.ShouldBe("clean");
        record.Attempt.ShouldBe(0);
    }

    [Fact]
    public async Task A_question_that_was_answered_is_not_asked_again_when_its_announcement_is_repeated()
    {
        var lookUp = new LookUp(LookUpAction.DescribeRestoreJob, "job-1");
        var announced = At(0) with { AsOf = AsOf.ToLookUp(lookUp) };
        var record = await AnnounceAsync(announced);
        var resolved = record with { Restore = record.Restore with { AsOf = record.Restore.AsOf.Answer(lookUp, Noon) }, EffectiveAsOf = Noon };
        await SavedAsync(resolved, RestoreStatuses.Clean);

        var again = await AnnounceAsync(announced);

        again.Status.ShouldBe("clean");
        again.Restore.AsOf.From.ShouldBe(Noon);
    }

    [Fact]
    public async Task An_operator_is_needed_until_one_announcement_can_be_handled()
    {
        (await Store.AnnounceAsync(Id, At(0), ["customers"], OperatorReasons.StatusUnknown, Cancellation)).OperatorReason.ShouldBe(OperatorReasons.StatusUnknown);
        (await AnnounceAsync(At(0))).OperatorReason.ShouldBeNull();
        (await Store.AnnounceAsync(Id, At(0), ["customers"], OperatorReasons.StatusUnknown, Cancellation)).OperatorReason.ShouldBeNull();
    }

    [Fact]
    public async Task What_the_replay_asks_an_operator_about_no_announcement_withdraws()
    {
        var record = await AnnounceAsync(At(0));
        await SavedAsync(record with { OperatorReason = "another_reason" }, RestoreStatuses.Waiting);

        (await AnnounceAsync(At(-1))).OperatorReason.ShouldBe("another_reason");
    }

    [Fact]
    public async Task What_was_read_before_another_write_is_not_saved()
    {
        var read = await AnnounceAsync(At(0));
        await AnnounceAsync(At(-1));

        await Should.ThrowAsync<RestoreChangedMeanwhile>(() => Store.SaveAsync(read with { Sweep = 1 }, Cancellation));

        (await Store.GetAsync(Id, Cancellation))!.Sweep.ShouldBe(0);
    }

    [Fact]
    public async Task Announcements_at_the_same_time_all_count()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(hour => AnnounceAsync(At(-hour))));

        (await Store.GetAsync(Id, Cancellation))!.Restore.AsOf.From.ShouldBe(Noon.AddHours(-3));
    }

    [Fact]
    public async Task The_list_of_open_restores_knows_those_that_have_not_ended()
    {
        await Store.AnnounceAsync("b-0123456789abcdef", At(0) with { AnnouncedAt = Noon.AddHours(1) }, ["customers"], null, Cancellation);
        await SavedAsync(await AnnounceAsync(At(0)), RestoreStatuses.Waiting);
        await SavedAsync((await Store.AnnounceAsync("c-0123456789abcdef", At(0), ["customers"], null, Cancellation)) with { Next = "end" }, RestoreStatuses.Clean);
        await SavedAsync(await Store.AnnounceAsync("d-0123456789abcdef", At(0), ["customers"], null, Cancellation), RestoreStatuses.Merged);
        await SavedAsync((await Store.AnnounceAsync("e-0123456789abcdef", At(0) with { AnnouncedAt = Noon.AddHours(2) }, ["customers"], null, Cancellation)) with { Next = "wait" }, RestoreStatuses.Clean);

        (await Store.ListOpenAsync(Cancellation).Select(record => record.RestoreId).ToListAsync(Cancellation)).ShouldBe(
            [Id, "b-0123456789abcdef", "e-0123456789abcdef"], "a clean one that is to be looked at again has an execution still");
    }

    [Fact]
    public async Task A_datastore_that_is_named_while_an_operator_is_asked_about_a_clean_restore_is_not_clean_with_the_others()
    {
        await SavedAsync(await AnnounceAsync(At(0)) with { EffectiveAsOf = Noon, CleanAt = Noon.AddHours(1), UnprovenDecision = "report" }, RestoreStatuses.Waiting);

        var record = await Store.AnnounceAsync(Id, At(0), ["orders"], null, Cancellation);

        (record.Status, record.SelectAgain, record.CleanAt, record.UnprovenDecision).ShouldBe((RestoreStatuses.Waiting, true, null, null));
    }

    internal static RestoreRecord Everything => new()
    {
        RestoreId = Id,
        Restore = new()
        {
            AnnouncedBy = Announcers.AwsBackup | Announcers.CloudTrail,
            Account = "000000000000",
            Region = "eu-west-1",
            Service = "dynamodb",
            Target = new("arn:aws:dynamodb:eu-west-1:000000000000:table/copy", "9f6c1f2e-7a55-4c0b-9a4e-2f1d3b5c7e90", InPlace: true),
            SourceArn = "arn:aws:dynamodb:eu-west-1:000000000000:table/shop-customers",
            BackupArn = "arn:aws:backup:eu-west-1:000000000000:recovery-point:1",
            JobId = "job-1",
            AsOf = AsOf.Known(Noon.AddTicks(7), AsOfConfidence.Stated)
                .Merge(AsOf.NotAfter(Noon.AddHours(1)))
                .Merge(AsOf.Unknown)
                .Merge(AsOf.ToLookUp(new(LookUpAction.DescribeTable, "copy")))
                .Answer(new(LookUpAction.DescribeRestoreJob, "job-1"), Noon),
            SourceLookUp = new(LookUpAction.DescribeBackup, "backup-1"),
            StartedAt = Noon,
            AnnouncedAt = Noon.AddMinutes(1),
            IsRestoreTest = true,
        },
        Datastores = ["customers", "orders"],
        NotReplayed = ["orders"],
        Obstacle = OperatorReasons.KindNotHandled,
        Status = RestoreStatuses.Waiting,
        OperatorReason = OperatorReasons.NameNotReachable,
        Attempt = 2,
        EffectiveAsOf = Noon.AddDays(-1),
        IsResolved = true,
        SelectAgain = true,
        Sweep = 3,
        Pass = 4,
        PassStartedAt = Noon.AddMinutes(2),
        SweepStartedAt = Noon.AddMinutes(3),
        RegisteredAt = Noon.AddMinutes(4),
        UsableAt = Noon.AddMinutes(5),
        QuarantinedAt = Noon.AddMinutes(6),
        CleanAt = Noon.AddMinutes(7),
        UnprovenDecision = "keep",
        Reason = "not_ours",
        Counts = new() { Selected = 1, Erased = 2, Remaining = 3, Newer = 4, Unproven = 5, Exempt = 6, ExemptUntil = Noon.AddDays(9), FailedBatches = 7 },
        MemoryDays = 35,
        ErasedInAll = 8,
        FailedSweeps = 9,
        Recorded = "step-1",
        Announced = "failed 1",
        TaskToken = "token-1",
    };

    private static Restore At(int hours) => Everything.Restore with { AsOf = AsOf.Known(Noon.AddHours(hours), AsOfConfidence.Stated), SourceLookUp = null };

    private Task<RestoreRecord> AnnounceAsync(Restore restore) => Store.AnnounceAsync(Id, restore, ["customers"], null, Cancellation);

    private Task<RestoreRecord> SavedAsync(RestoreRecord record, string status) => Store.SaveAsync(record with { Status = status, IsResolved = true }, Cancellation);
}
