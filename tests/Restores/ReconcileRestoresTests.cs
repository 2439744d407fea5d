using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Microsoft.Extensions.Logging.Abstractions;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Erasure;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Functions.Restores.Copies;
using ServerlessGdpr.Functions.Restores.Recognition;
using ServerlessGdpr.Functions.Restores.Reconciling;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Runtime.Aws;
using ServerlessGdpr.Local.Commands;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Tests.Datastores;
using ServerlessGdpr.Tests.Local.AwsBackup;
using ServerlessGdpr.Tests.Local.Backups;
using ServerlessGdpr.Tests.Requests;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Restores;

/// <summary>Restores in the local cloud of which no event arrives.</summary>
public sealed class ReconcileRestoresTests(DynamoDbLocalProcess process) : BackupTest(process)
{
    private const string Table = "requests", Copy = "people-restored-1";
    private const string PeopleArn = "arn:aws:dynamodb:eu-west-1:000000000000:table/people";
    private readonly FakeWorkflows workflows = new();
    private readonly StringWriter output = new();
    private BackupApi api = null!;
    private AwsRestClient backup = null!;
    private IBackupService? fake;
    private int retentionDays = 7;

    private CopyStore Copies => new(DynamoDb, Table, ["people", "uploads"]);

    private RetentionHistory History => new(DynamoDb, Table, Cloud.Time);

    private RestoreStore Store => new(DynamoDb, Table);

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        api = new BackupApi(Cloud);
        backup = new AwsRestClient(
            RetryHandler.Signing(new BasicAWSCredentials("test", "test"), RegionEndpoint.EUWest1, "backup", TimeProvider.System), Cloud.Endpoint, "AWS Backup");
        await api.PutAsync($"/backup-vaults/{BackupApi.Vault}", [], Cancellation);
        await DynamoDb.CreateTableAsync(
            new CreateTableRequest(Table, [new("pk", KeyType.HASH), new("sk", KeyType.RANGE)])
            {
                AttributeDefinitions = [new("pk", "S"), new("sk", "S")],
                BillingMode = BillingMode.PAY_PER_REQUEST,
            },
            Cancellation);
    }

    public override async ValueTask DisposeAsync()
    {
        api.Dispose();
        backup.Dispose();
        await output.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_table_that_nobody_told_of_is_replayed_from_the_instant_of_its_backup_and_once_only()
    {
        var made = Time.GetUtcNow();
        var backedUp = await Backup();
        await Time.AdvanceAsync(TimeSpan.FromHours(3), Cancellation);
        await RestoreFrom(backedUp, Copy);

        (await ReconcileLaterAsync()).ShouldBe(1);
        (await ReconcileLaterAsync()).ShouldBe(0);

        var table = await Describe(Copy);
        var record = await StartedAsync();
        record.Datastores.ShouldBe(["people"]);
        record.OperatorReason.ShouldBeNull();
        var restore = record.Restore;
        restore.AnnouncedBy.ShouldBe(Announcers.Reconciler);
        restore.Target.ShouldBe(new RestoredResource(table.TableArn, table.TableId, InPlace: false));
        (restore.Account, restore.Region, restore.SourceArn, restore.BackupArn).ShouldBe(("000000000000", "eu-west-1", PeopleArn, backedUp));
        restore.AsOf.Confidence.ShouldBe(AsOfConfidence.Described);
        restore.AsOf.From.ShouldNotBeNull().ShouldBe(made, TimeSpan.FromSeconds(1));
        restore.AsOf.From.ShouldNotBeNull().ShouldBeLessThanOrEqualTo(made);
    }

    [Fact]
    public async Task A_table_restored_to_an_instant_is_replayed_from_there()
    {
        await EnableRecovery();
        await Time.AdvanceAsync(TimeSpan.FromHours(1), Cancellation);
        var instant = Time.GetUtcNow().AddMinutes(-30);
        await RestoreTo(instant, Copy);

        await ReconcileLaterAsync();

        (await StartedAsync()).Restore.AsOf.From.ShouldBe(instant);
    }

    [Fact]
    public async Task What_an_event_told_of_is_left_alone()
    {
        var table = await RestoreFrom(await Backup(), Copy);
        var told = new Restore
        {
            AnnouncedBy = Announcers.CloudTrail,
            Account = "000000000000",
            Region = "eu-west-1",
            Service = "dynamodb",
            Target = new(table.TableArn, table.TableId, InPlace: false),
            AsOf = AsOf.Unsaid,
            StartedAt = Time.GetUtcNow(),
            AnnouncedAt = Time.GetUtcNow(),
        };
        await Store.AnnounceAsync(RestoreId.Of(RestoreIdentity.Of(told)), told, ["people"], null, Cancellation);

        (await ReconcileLaterAsync()).ShouldBe(0);
        workflows.Starts.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_table_restored_again_under_its_old_name_is_a_new_restore()
    {
        var backedUp = await Backup();
        await RestoreFrom(backedUp, Copy);
        await UntilActive(Copy);
        await ReconcileLaterAsync();
        await DynamoDb.DeleteTableAsync(Copy, Cancellation);
        await Time.AdvanceAsync(Minute, Cancellation);
        await RestoreFrom(backedUp, Copy);
        await UntilActive(Copy);

        (await ReconcileLaterAsync()).ShouldBe(1);
        workflows.Executions.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_registered_table_that_was_lost_and_restored_under_its_own_name_is_a_restore()
    {
        await History.RecordAsync("people", retentionDays, Cancellation);
        var backedUp = await Backup();
        await Time.AdvanceAsync(TimeSpan.FromHours(1), Cancellation);
        await ReplaceAsync(backedUp);

        (await ReconcileLaterAsync()).ShouldBe(1);
        (await ReconcileLaterAsync()).ShouldBe(0);

        var table = await Describe("people");
        var record = await StartedAsync();
        (record.OperatorReason, record.Restore.SourceArn).ShouldBe((null, PeopleArn));
        record.Restore.Target.ShouldBe(new RestoredResource(PeopleArn, table.TableId, InPlace: false));
        record.Datastores.ShouldBe(["people"]);
    }

    [Fact]
    public async Task A_registered_table_that_was_restored_before_it_was_registered_is_the_datastore_itself()
    {
        await ReplaceAsync(await Backup());
        fake = new FakeBackup(Job("j-1", "DynamoDB", PeopleArn, PeopleArn));
        (await ReconcileLaterAsync()).ShouldBe(0, "it was not seen to be registered yet");

        await History.RecordAsync("people", retentionDays, Cancellation);

        (await ReconcileLaterAsync()).ShouldBe(0);
        workflows.Starts.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_registered_table_that_was_replaced_is_no_copy_any_more()
    {
        await History.RecordAsync("people", retentionDays, Cancellation);
        var backedUp = await Backup();
        await RegisterAsync(PeopleArn, (await ReplaceAsync(backedUp)).TableId);
        var stays = (await ReplaceAsync(backedUp)).TableId;
        await RegisterAsync(PeopleArn, stays);

        await ReconcileAsync();

        (await Copies.ListAsync("people", Cancellation)).ShouldHaveSingleItem().ResourceId.ShouldBe(stays);
    }

    [Fact]
    public async Task Events_that_are_on_their_way_are_waited_for()
    {
        await RestoreFrom(await Backup(), Copy);

        (await ReconcileAsync()).ShouldBe(0);
        (await ReconcileLaterAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_table_of_another_name_is_no_copy()
    {
        await RestoreFrom(await Backup(), "of-others");

        (await ReconcileLaterAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_job_and_the_table_it_made_are_one_restore()
    {
        await RestoreByJobAsync(Copy);
        await CreateTable("people-restored-by-hand");

        (await ReconcileLaterAsync()).ShouldBe(1);

        (await StartedAsync()).Restore.Target!.ResourceId.ShouldBe((await Describe(Copy)).TableId);
    }

    [Fact]
    public async Task A_job_whose_table_is_gone_brings_nobody_back()
    {
        await RestoreByJobAsync(Copy);
        await DynamoDb.DeleteTableAsync(Copy, Cancellation);
        await Time.AdvanceAsync(Minute, Cancellation);

        (await ReconcileLaterAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_job_into_a_name_that_no_role_reaches_waits_for_an_operator()
    {
        await RestoreByJobAsync("elsewhere");

        (await ReconcileLaterAsync()).ShouldBe(1);
        (await ReconcileLaterAsync()).ShouldBe(0);

        var record = await StartedAsync();
        record.Datastores.ShouldBe(["people"]);
        record.OperatorReason.ShouldBe(OperatorReasons.NameNotReachable);
        record.Restore.JobId.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_bucket_that_was_restored_into_is_replayed_under_its_job()
    {
        fake = new FakeBackup(Job("j-1", "S3", "arn:aws:s3:::uploads", "arn:aws:s3:::uploads"), Job("j-2", "S3", "arn:aws:s3:::others", "arn:aws:s3:::others"));

        (await ReconcileLaterAsync()).ShouldBe(1);
        (await ReconcileLaterAsync()).ShouldBe(0);

        var restore = (await StartedAsync()).Restore;
        (restore.JobId, restore.Target!.InPlace, restore.IsRestoreTest).ShouldBe(("j-1", true, true));
        restore.AsOf.LookUps.ShouldBe([new LookUp(LookUpAction.DescribeRestoreJob, "j-1")]);
    }

    [Fact]
    public async Task A_job_that_failed_may_have_filled_a_bucket_but_no_table()
    {
        const string copy = "arn:aws:s3:::uploads-restored";
        fake = new FakeBackup(
            Job("j-1", "S3", "arn:aws:s3:::uploads", copy, "FAILED"), Job("j-2", "DynamoDB", PeopleArn, "arn:aws:dynamodb:eu-west-1:000000000000:table/people-restored-9", "FAILED"));

        (await ReconcileLaterAsync()).ShouldBe(1);

        var record = await StartedAsync();
        (record.Restore.JobId, record.Restore.Target!.Arn).ShouldBe(("j-1", copy));
        record.Datastores.ShouldBe(["uploads"]);
    }

    [Fact]
    public async Task Of_the_jobs_that_did_not_complete_those_of_buckets_are_listed()
    {
        using var clients = new CloudClients(Cloud.Endpoint, Cloud.Time);
        await clients.S3.PutBucketAsync("uploads", Cancellation);
        await clients.S3.PutBucketVersioningAsync(new() { BucketName = "uploads", VersioningConfig = new() { Status = Amazon.S3.VersionStatus.Enabled } }, Cancellation);
        var point = (await api.BackUpAsync("arn:aws:s3:::uploads", Cancellation))["RecoveryPointArn"]!.ToString();
        (await api.RestoreAsync(point, new JsonObject { ["DestinationBucketName"] = "nowhere" }, Cancellation))["Status"]!.ToString().ShouldBe("FAILED");

        (await ReconcileLaterAsync()).ShouldBe(1);
        (await ReconcileLaterAsync()).ShouldBe(0);

        var record = await StartedAsync();
        (record.OperatorReason, record.Restore.Target).ShouldBe((OperatorReasons.TargetUnknown, null));
        record.Datastores.ShouldBe(["uploads"]);
    }

    [Fact]
    public async Task Jobs_are_looked_for_since_the_last_run_that_saw_them_all_and_a_day_before()
    {
        var jobs = new FakeBackup();
        fake = jobs;
        var first = Time.GetUtcNow();
        await ReconcileAsync();
        await Time.AdvanceAsync(TimeSpan.FromHours(1), Cancellation);
        jobs.Fails = true;
        await Should.ThrowAsync<WatchIncomplete>(ReconcileAsync);
        jobs.Fails = false;
        await Time.AdvanceAsync(TimeSpan.FromHours(1), Cancellation);
        await ReconcileAsync();

        var late = TimeSpan.FromMinutes(15);
        jobs.Listed.ShouldBe(
        [
            (first - late - TimeSpan.FromDays(31), first - late),
            (first - late - TimeSpan.FromDays(1), first - late + TimeSpan.FromHours(1)),
            (first - late - TimeSpan.FromDays(1), first - late + TimeSpan.FromHours(2)),
        ]);
    }

    [Fact]
    public async Task Tables_are_found_even_when_jobs_cannot_be_listed()
    {
        await RestoreFrom(await Backup(), Copy);
        fake = new FakeBackup { Fails = true };
        await Time.AdvanceAsync(TimeSpan.FromHours(1), Cancellation);

        await Should.ThrowAsync<WatchIncomplete>(ReconcileAsync);

        workflows.Starts.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Backups_older_than_declared_are_counted_whoever_made_them()
    {
        await Backup();
        await api.BackUpAsync(PeopleArn, Cancellation);
        await EnableRecovery();
        await ReconcileAsync();
        Metric("BackupsTooOld").ShouldBe(0);

        await Time.AdvanceAsync(TimeSpan.FromDays(7) + TimeSpan.FromHours(1), Cancellation);
        await Backup("of-today");
        await ReconcileAsync();
        Metric("BackupsTooOld").ShouldBe(3, "one by hand, one of AWS Backup, and point-in-time recovery");
    }

    [Fact]
    public async Task A_copy_that_was_deleted_is_a_copy_no_more()
    {
        var backedUp = await Backup();
        var (gone, stays) = (await RestoreFrom(backedUp, Copy), await RestoreFrom(backedUp, "people-restored-2"));
        foreach (var table in new[] { gone, stays }) await RegisterAsync(table.TableArn, table.TableId);
        await RegisterAsync(stays.TableArn, "of-the-table-before");
        await RegisterAsync("arn:aws:dynamodb:us-east-1:000000000000:table/people-restored-3", "elsewhere");
        await UntilActive(Copy);
        await DynamoDb.DeleteTableAsync(Copy, Cancellation);
        await Time.AdvanceAsync(Minute, Cancellation);

        await ReconcileAsync();

        (await Copies.ListAsync("people", Cancellation)).Select(copy => copy.ResourceId).ShouldBe([stays.TableId, "elsewhere"], ignoreOrder: true);
        var removed = (await Copies.AtAsync(gone.TableArn, Cancellation)).ShouldHaveSingleItem();
        removed.ExpiresAt.ShouldNotBeNull().ShouldBe(removed.RemovedAt!.Value.AddDays(7), TimeSpan.FromSeconds(1));

        retentionDays = 14;
        await ReconcileAsync();

        (await Copies.AtAsync(gone.TableArn, Cancellation)).ShouldHaveSingleItem().ExpiresAt.ShouldBe(removed.ExpiresAt!.Value.AddDays(7));
    }

    [Fact]
    public async Task A_backup_of_a_copy_is_a_backup_of_its_datastore()
    {
        var copy = await RestoreFrom(await Backup(), Copy);
        await UntilActive(Copy);
        await RegisterAsync(copy.TableArn, copy.TableId);
        var ofCopy = (await DynamoDb.CreateBackupAsync(new CreateBackupRequest { TableName = Copy, BackupName = "of-copy" }, Cancellation)).BackupDetails.BackupArn;
        await Time.AdvanceAsync(Minute, Cancellation);
        fake = new FakeBackup(Job("j-1", "DynamoDB", copy.TableArn, "arn:aws:dynamodb:eu-west-1:000000000000:table/elsewhere"));
        await RestoreFrom(ofCopy, "people-restored-2");

        (await ReconcileLaterAsync()).ShouldBe(3, "the copy, its copy, and one that no role reaches");
    }

    /// <summary>Deletes the registered table, and restores it under its own name.</summary>
    private async Task<TableDescription> ReplaceAsync(string backup)
    {
        await DynamoDb.DeleteTableAsync("people", Cancellation);
        await Time.AdvanceAsync(Minute, Cancellation);
        await RestoreFrom(backup, "people");
        await UntilActive("people");
        return await Describe("people");
    }

    private Task RegisterAsync(string arn, string resourceId) => Copies.RegisterAsync(
        new RestoredCopy { Datastore = "people", Arn = arn, ResourceId = resourceId, RestoreId = "r", RegisteredAt = Time.GetUtcNow() }, Cancellation);

    private async Task RestoreByJobAsync(string target)
    {
        var point = (await api.BackUpAsync(PeopleArn, Cancellation))["RecoveryPointArn"]!.ToString();
        var job = await api.RestoreAsync(point, new JsonObject { ["targetTableName"] = target }, Cancellation);
        job["Status"]!.ToString().ShouldBe("COMPLETED");
    }

    private async Task<int> ReconcileLaterAsync()
    {
        await Time.AdvanceAsync(TimeSpan.FromHours(1), Cancellation);
        return await ReconcileAsync();
    }

    /// <returns>How many restores had been missed.</returns>
    private async Task<int> ReconcileAsync()
    {
        var map = DataMap();
        var backups = fake ?? new BackupService(backup);
        var tables = new RestoredTables(DynamoDb, map, History);
        var reconcile = new ReconcileRestores(
            backups,
            tables,
            new OldBackups(DynamoDb, backups, Cloud.Time),
            new DeletedCopies(Copies, tables, map, CloudOptions.Account, CloudOptions.Region, Cloud.Time),
            new RestoreRecognition(new RestoreScope { DataMap = map, OwnAccount = CloudOptions.Account, OwnRegion = CloudOptions.Region }, Copies),
            Store,
            new ReplayStarter(workflows, FakeWorkflows.Arn, NullLogger<ReplayStarter>.Instance),
            map,
            CloudOptions.Region,
            new ReconcilerCursor(DynamoDb, Table),
            new Metrics(output, Cloud.Time, "test"),
            Cloud.Time,
            NullLogger<ReconcileRestores>.Instance);
        await reconcile.HandleAsync(new ScheduledEvent(), new Invocation("i", null, Time.GetUtcNow().AddMinutes(15)), Cancellation);
        return Metric("RestoresMissed");
    }

    private int Metric(string name) => output.ToString().Split('\n').Where(line => line.Contains($"\"{name}\":"))
        .Select(line => JsonNode.Parse(line)![name]!.GetValue<int>()).Last();

    private async Task<RestoreRecord> StartedAsync() =>
        (await Store.GetAsync(workflows.Starts.ShouldHaveSingleItem(), Cancellation)).ShouldNotBeNull();

    private DataMap DataMap() => new()
    {
        Controller = SampleProcessing.Controller,
        IdentityTypes = new Dictionary<string, IdentityTypeRules>(),
        Datastores = [Entry("people", "dynamodb", PeopleArn, "people-restored-*"), Entry("uploads", "s3", "arn:aws:s3:::uploads", null)],
    };

    private DatastoreEntry Entry(string name, string kind, string location, string? pattern) => new()
    {
        Name = name,
        Kind = kind,
        Location = location,
        Keys = [],
        Action = new ErasureAction { Kind = ErasureAction.Delete },
        BackupRetentionDays = retentionDays,
        Processing = SampleProcessing.Processing,
        Backups = new BackupRecognition { RestoredNamePattern = pattern },
    };

    private static JsonElement Job(string id, string type, string source, string created, string status = "COMPLETED") => JsonSerializer.SerializeToElement(new
    {
        RestoreJobId = id,
        AccountId = CloudOptions.Account,
        ResourceType = type,
        Status = status,
        SourceResourceArn = source,
        CreatedResourceArn = created,
        RecoveryPointArn = "arn:aws:backup:eu-west-1:000000000000:recovery-point:p",
        CreationDate = 1795000000.5,
        CompletionDate = 1795000100.5,
        CreatedBy = new { RestoreTestingPlanArn = "arn:aws:backup:eu-west-1:000000000000:restore-testing-plan:p" },
    });

    private sealed class FakeBackup(params JsonElement[] jobs) : IBackupService
    {
        public List<(DateTimeOffset After, DateTimeOffset Before)> Listed { get; } = [];

        public bool Fails { get; set; }

        public async IAsyncEnumerable<JsonElement> ListRestoresAsync(
            DateTimeOffset completedAfter, DateTimeOffset completedBefore, [EnumeratorCancellation] CancellationToken cancellation)
        {
            await Task.CompletedTask;
            Listed.Add((completedAfter, completedBefore));
            if (Fails) throw new AwsUnavailable(new TimeoutException());
            foreach (var job in jobs) yield return job;
        }

        public async IAsyncEnumerable<DateTimeOffset> ListBackupsAsync(string resourceArn, [EnumeratorCancellation] CancellationToken cancellation)
        {
            await Task.CompletedTask;
            yield break;
        }
    }
}
