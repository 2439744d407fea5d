using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Functions.Restores.Copies;
using ServerlessGdpr.Functions.Restores.Recognition;
using ServerlessGdpr.Functions.Restores.Replay;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Tests.Requests;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Restores.Replay;

public sealed class ResolveRestoreTests(DynamoDbLocalProcess dynamoDb) : ReplayFixture(dynamoDb)
{
    private const string Parent = "arn:aws:dynamodb:eu-west-1:000000000000:table/shop-customers-restored-0";

    private static readonly LookUp Question = new(LookUpAction.DescribeBackup, "the-backup");

    private static readonly string Named = RestoreId.Of(RestoreIdentity.Of(Announced().Restore));

    private readonly FakeWorkflows workflows = new();

    [Fact]
    public async Task Of_several_instants_the_earliest_counts_and_the_copy_is_registered_with_it()
    {
        await AnnounceAsync(AsOf.ToLookUp(Question));

        var state = await ResolveAsync(Answer("\"2026-11-22T10:00:00Z\"", "\"2026-11-22T09:00:00Z\"", "1795341600"));

        state.Next.ShouldBe(ReplaySteps.Quarantine);
        var asOf = new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);
        (await RecordAsync(Named)).EffectiveAsOf.ShouldBe(asOf);
        var copy = (await Copies.ListAsync(Store, Cancellation)).ShouldHaveSingleItem();
        (copy.Arn, copy.EffectiveAsOf, copy.RegisteredAt, copy.CleanAt).ShouldBe((CopyArn, asOf, Start, null));
    }

    [Theory]
    [InlineData]
    [InlineData("\"2026-11-22T10:00:00\"")]
    [InlineData("\"2026-11-22T10:00:00Z\"", "\"yesterday\"")]
    public async Task Where_AWS_tells_no_instant_or_one_that_is_none_everyone_is_replayed(params string[] instants)
    {
        await AnnounceAsync(AsOf.ToLookUp(Question));

        await ResolveAsync(Answer(instants));

        var record = await RecordAsync(Named);
        (record.IsResolved, record.EffectiveAsOf).ShouldBe((true, null));
    }

    [Theory]
    [InlineData(null, -48)]
    [InlineData(-24, -48)]
    [InlineData(-25, -24)]
    public async Task A_backup_of_a_copy_that_was_not_clean_before_it_is_as_old_as_the_copys_own(int? parentCleanHours, int expectedHours)
    {
        await Copies.RegisterAsync(
            new RestoredCopy { Datastore = Store, Arn = Parent, ResourceId = "table-0", RestoreId = "restore-0", EffectiveAsOf = Start.AddHours(-48), RegisteredAt = Start.AddHours(-47) },
            Cancellation);
        if (parentCleanHours is { } hours) await Copies.SetCleanAsync(Store, Parent, "table-0", "restore-0", Start.AddHours(hours), Cancellation);
        await AnnounceAsync(AsOf.Known(Start.AddHours(-24), AsOfConfidence.Stated), source: Parent);

        await ResolveAsync();

        (await RecordAsync(Named)).EffectiveAsOf.ShouldBe(Start.AddHours(expectedHours));
    }

    [Theory]
    [InlineData(-24, null, -96)]
    [InlineData(-24, -24, -96)]
    [InlineData(-24, -25, -24)]
    [InlineData(-48 - (7 * 24), null, -96 - (7 * 24))]
    [InlineData(-49 - (7 * 24), null, -49 - (7 * 24))]
    public async Task A_backup_of_the_registered_resource_is_as_old_as_what_was_restored_into_it_unless_that_was_clean_or_had_not_begun(
        int backupHours, int? cleanHours, int expectedHours)
    {
        var older = expectedHours < backupHours ? expectedHours : -96;
        await Copies.RegisterAsync(InPlace("restore-0") with { EffectiveAsOf = Start.AddHours(older) }, Cancellation);
        await Copies.RegisterAsync(InPlace("long-ago") with { EffectiveAsOf = Start.AddDays(-300), InPlaceFrom = Start.AddDays(-290), CleanAt = Start.AddDays(-289) }, Cancellation);
        if (cleanHours is { } hours) await Copies.SetCleanAsync(Store, Source, "restore-0", "restore-0", Start.AddHours(hours), Cancellation);
        await AnnounceAsync(AsOf.Known(Start.AddHours(backupHours), AsOfConfidence.Stated));

        await ResolveAsync();

        (await RecordAsync(Named)).EffectiveAsOf.ShouldBe(Start.AddHours(expectedHours));
    }

    [Fact]
    public async Task Something_restored_in_place_of_which_nobody_knows_when_it_is_from_makes_backups_that_may_hold_it_so_too()
    {
        await Copies.RegisterAsync(InPlace("restore-0") with { EffectiveAsOf = null }, Cancellation);
        await AnnounceAsync(AsOf.Known(Start.AddHours(-24), AsOfConfidence.Stated));

        await ResolveAsync();

        var record = await RecordAsync(Named);
        (record.IsResolved, record.EffectiveAsOf).ShouldBe((true, null));
    }

    [Fact]
    public async Task What_is_restored_in_place_leaves_its_lineage_and_is_not_its_own_parent()
    {
        var announced = Announced();
        var target = new RestoredResource(Source, null, InPlace: true);
        await SaveAsync(announced with { RestoreId = Named, Restore = announced.Restore with { Target = target } });

        await ResolveAsync(Named, new DescribedTable());
        await ResolveAsync(Named, new DescribedTable());

        (await RecordAsync(Named)).EffectiveAsOf.ShouldBe(AsOfBackup);
        (await Copies.ListAsync(Store, Cancellation)).ShouldBeEmpty("no erasure has a task because of it");
        (await Copies.AtAsync(Source, Cancellation)).ShouldHaveSingleItem().ShouldBe(new RestoredCopy
        {
            Datastore = Store,
            Arn = Source,
            ResourceId = Named,
            RestoreId = Named,
            EffectiveAsOf = AsOfBackup,
            InPlaceFrom = Start,
            RegisteredAt = Start,
        });
    }

    [Fact]
    public async Task A_restore_known_by_its_start_goes_on_under_its_tables_own_id()
    {
        await SaveAsync(Announced() with { RestoreId = RestoreName });

        var state = await ResolveAsync(RestoreName);

        state.Next.ShouldBe(ReplaySteps.End);
        (await RecordAsync()).Status.ShouldBe(RestoreStatuses.Merged);
        (await RecordAsync(Named)).Status.ShouldBe(RestoreStatuses.InProgress);
        workflows.Executions.Keys.ShouldBe([Named]);
        (await Copies.ListAsync(Store, Cancellation)).ShouldBeEmpty("it is registered where it goes on");

        (await ResolveAsync(RestoreName)).Next.ShouldBe(ReplaySteps.End);
        workflows.Executions.Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_an_operator_closed_is_an_open_question_again_when_it_is_begun_anew()
    {
        await SaveAsync(Announced() with { RestoreId = Named, Status = RestoreStatuses.InProgress, Reason = "accepted", IsResolved = true, EffectiveAsOf = AsOfBackup.AddHours(1) });

        await ResolveAsync(Named);

        var begun = await RecordAsync(Named);
        (begun.Reason, begun.Next, begun.EffectiveAsOf).ShouldBe((null, ReplaySteps.Select, AsOfBackup));
    }

    [Theory]
    [InlineData("shop-uploads-restored-1", true, true)]
    [InlineData("shop-uploads-restored-1", false, false)]
    [InlineData("shop-uploads", true, false)]
    public async Task A_restored_bucket_is_marked_unless_it_is_in_use_or_the_data_map_says_no(string bucket, bool quarantine, bool isMarked)
    {
        var announced = Announced();
        var target = new RestoredResource($"arn:aws:s3:::{bucket}", null, InPlace: bucket == "shop-uploads");
        await SaveAsync(announced with { RestoreId = Named, Restore = announced.Restore with { Service = "s3", Target = target, SourceArn = "arn:aws:s3:::shop-uploads" } });

        var state = await ResolveAsync(Named, new DescribedTable(), dataMap: RestoreSamples.DataMap with
        {
            Datastores = [.. RestoreSamples.DataMap.Datastores.Select(entry => entry with { Quarantine = quarantine })],
        });

        (state.Next, state.Bucket).ShouldBe(isMarked ? (ReplaySteps.Mark, bucket) : (ReplaySteps.Remember, null));
    }

    [Fact]
    public async Task A_clean_restore_of_which_a_lower_instant_is_told_is_declared_clean_anew()
    {
        await AnnounceAsync(AsOf.Known(AsOfBackup.AddHours(1), AsOfConfidence.Stated));
        await ResolveAsync();
        var clean = await SaveAsync((await RecordAsync(Named)) with { Status = RestoreStatuses.Clean, CleanAt = Start, WasReleased = true, LaterSweeps = 2, Next = ReplaySteps.End });
        await SaveAsync(clean with { Restore = clean.Restore with { AsOf = AsOf.Known(AsOfBackup, AsOfConfidence.Stated) }, Status = RestoreStatuses.InProgress, SelectAgain = true });

        (await ResolveAsync()).Next.ShouldBe(ReplaySteps.Remember);

        var begun = await RecordAsync(Named);
        (begun.Status, begun.CleanAt, begun.EffectiveAsOf, begun.LaterSweeps).ShouldBe((RestoreStatuses.InProgress, null, AsOfBackup, 0));
        var swept = begun.EndPass(Start, TimeSpan.Zero).EndPass(Start.AddMinutes(1), TimeSpan.Zero);
        (swept.Next, swept.Declare(Start.AddMinutes(1)).CleanAt).ShouldBe((ReplaySteps.Release, Start.AddMinutes(1)));
    }

    [Fact]
    public async Task A_restore_that_may_not_have_ended_is_an_operators_until_it_is_told_that_it_has()
    {
        var announced = Announced() with { RestoreId = Named, OperatorReason = OperatorReasons.StatusUnknown };
        await SaveAsync(announced);

        (await ResolveAsync()).Next.ShouldBe(ReplaySteps.Ask);
        ((await RecordAsync(Named)).OperatorReason, (await RecordAsync(Named)).IsResolved).ShouldBe((OperatorReasons.StatusUnknown, false));

        await Restores.AnnounceAsync(Named, announced.Restore with { AnnouncedAt = Start.AddHours(1) }, [Store], null, Cancellation);
        (await ResolveAsync()).Next.ShouldBe(ReplaySteps.Quarantine);
    }

    [Theory]
    [InlineData(false, RestoreStatuses.Clean)]
    [InlineData(true, RestoreStatuses.InProgress)]
    public async Task A_clean_restore_whose_sweep_broke_off_may_have_had_a_finding_that_nobody_recorded(bool hadBegun, string status)
    {
        await AnnounceAsync(AsOf.Known(AsOfBackup, AsOfConfidence.Stated));
        await ResolveAsync();
        await Copies.SetCleanAsync(Store, CopyArn, "table-1", Named, Start, Cancellation);
        await SaveAsync((await RecordAsync(Named)) with { CleanAt = Start, WasReleased = true, LaterSweeps = 1, Attempt = 1, SweepStartedAt = hadBegun ? Start.AddHours(1) : null });

        await ResolveAsync(Named, attempt: 1);

        (await RecordAsync(Named)).Status.ShouldBe(status);
        (await Copies.ListAsync(Store, Cancellation)).ShouldHaveSingleItem().CleanAt.ShouldBe(hadBegun ? null : Start);
    }

    [Theory]
    [InlineData(-1, null)]
    [InlineData(0, "report")]
    public async Task What_an_operator_said_of_some_peoples_records_is_not_said_of_those_whom_a_lower_instant_adds(int hours, string? decision)
    {
        await AnnounceAsync(AsOf.Known(AsOfBackup, AsOfConfidence.Stated));
        await ResolveAsync();
        var kept = (await RecordAsync(Named)) with { UnprovenDecision = "report", SelectAgain = true };
        await SaveAsync(kept with { Restore = kept.Restore with { AsOf = AsOf.Known(AsOfBackup.AddHours(hours), AsOfConfidence.Stated) } });

        await ResolveAsync();

        (await RecordAsync(Named)).UnprovenDecision.ShouldBe(decision);
    }

    [Theory]
    [InlineData("dynamodb", ReplaySteps.Quarantine)]
    [InlineData("logs-of-a-kind", ReplaySteps.Ask)]
    public async Task A_datastore_that_cannot_be_replayed_stops_none_of_the_others_in_the_same_resource(string kindOfCustomers, string next)
    {
        var customers = RestoreSamples.DataMap.Datastores.First(entry => entry.Name == Store) with { Kind = kindOfCustomers };
        var map = RestoreSamples.DataMap with { Datastores = [customers, customers with { Name = "history", Kind = "logs-of-a-kind" }] };
        await AnnounceAsync(AsOf.Known(AsOfBackup, AsOfConfidence.Stated));

        (await ResolveAsync(Named, dataMap: map)).Next.ShouldBe(next);

        var record = await RecordAsync(Named);
        record.Datastores.ShouldBe([Store, "history"]);
        if (next == ReplaySteps.Ask)
        {
            record.OperatorReason.ShouldBe("kind_not_handled");
            return;
        }

        (record.OperatorReason, record.Obstacle).ShouldBe((null, "kind_not_handled"));
        record.NotReplayed.ShouldBe(["history"]);
        (await new CopyStore(DynamoDb, Requests, [Store, "history"]).AtAsync(CopyArn, Cancellation)).ShouldHaveSingleItem().Datastore.ShouldBe(Store, "no erasure of the other could have a task on it");
        Events.Published[^1]["not_replayed"]!.AsArray().Select(name => (string?)name).ShouldBe(["history"]);
    }

    [Theory]
    [InlineData("failed 0", true)]
    [InlineData("failed 1", false)]
    [InlineData(null, false)]
    public async Task A_clean_restore_whose_execution_failed_says_that_it_is_clean_when_an_operator_retried_it(string? announced, bool isTold)
    {
        await AnnounceAsync(AsOf.Known(AsOfBackup, AsOfConfidence.Stated));
        await ResolveAsync();
        await SaveAsync((await RecordAsync(Named)) with { Status = RestoreStatuses.InProgress, CleanAt = Start, WasReleased = true, LaterSweeps = 1, Attempt = 1, Announced = announced });
        Events.Published.Clear();

        (await ResolveAsync(Named, attempt: 1)).Next.ShouldBe(ReplaySteps.Wait);

        Events.Statuses.ShouldBe(isTold ? ["clean"] : [], "nobody was told of anything else");
        (await RecordAsync(Named)).Status.ShouldBe(RestoreStatuses.Clean);
    }

    [Fact]
    public async Task A_table_that_is_gone_ends_its_restore()
    {
        await AnnounceAsync(AsOf.Known(AsOfBackup, AsOfConfidence.Stated));
        await ResolveAsync();

        var state = await ResolveAsync(Named, new DescribedTable { Gone = true });

        state.Next.ShouldBe(ReplaySteps.End);
        (await RecordAsync(Named)).Status.ShouldBe(RestoreStatuses.Ended);
        Events.Statuses.Last().ShouldBe("ended");
        (await Copies.ListAsync(Store, Cancellation)).ShouldBeEmpty();
        (await Copies.AtAsync(CopyArn, Cancellation)).ShouldHaveSingleItem().ExpiresAt.ShouldBe(Now.AddDays(35), "its last backup has aged out by then");
    }

    private Task<RestoreRecord> AnnounceAsync(AsOf asOf, string source = Source)
    {
        var announced = Announced();
        return SaveAsync(announced with { RestoreId = Named, Restore = announced.Restore with { AsOf = asOf, SourceArn = source } });
    }

    private static RestoredCopy InPlace(string restoreId) => new()
    {
        Datastore = Store,
        Arn = Source,
        ResourceId = restoreId,
        RestoreId = restoreId,
        InPlaceFrom = Start.AddHours(-48),
        RegisteredAt = Start.AddHours(-47),
    };

    private static LookUpAnswer Answer(params string[] instants) => new()
    {
        Action = nameof(LookUpAction.DescribeBackup),
        Argument = Question.Argument,
        Answer = new([.. instants.Select(instant => JsonDocument.Parse(instant).RootElement)], [Source]),
    };

    private Task<ReplayState> ResolveAsync(params IReadOnlyList<LookUpAnswer> answers) => ResolveAsync(Named, answers: answers);

    private Task<ReplayState> ResolveAsync(string restoreId, DescribedTable? table = null, IReadOnlyList<LookUpAnswer>? answers = null, DataMap? dataMap = null, int attempt = 0)
    {
        var tools = new ReplayTools(
            new RestoreRecognition(RestoreSamples.Scope with { DataMap = dataMap ?? RestoreSamples.DataMap }, Copies), new ReplayStarter(workflows, FakeWorkflows.ReplayArn, NullLogger<ReplayStarter>.Instance));
        var resolve = new ResolveRestore(Restores, Copies, dataMap ?? RestoreSamples.DataMap, _ => tools, StatusEvents, Cloud.Time);
        var input = new ReplayInput
        {
            RestoreId = restoreId,
            Attempt = attempt,
            Workflow = FakeWorkflows.ReplayArn,
            Table = table ?? new DescribedTable { TableId = "table-1", TableArn = CopyArn },
            Answers = answers ?? [],
            Roles = new Dictionary<string, string> { [Store] = "arn:aws:iam::000000000000:role/customers" },
        };
        return resolve.HandleAsync(input, Invocation, Cancellation);
    }
}
