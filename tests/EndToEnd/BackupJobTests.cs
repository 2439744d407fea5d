using System.Text.Json.Nodes;
using Amazon.S3;
using Amazon.S3.Model;
using ServerlessGdpr.Functions.Restores.Copies;
using ServerlessGdpr.Local.CloudTrail;
using ServerlessGdpr.Local.Demo;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Tests.Local.AwsBackup;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>Restore jobs of AWS Backup: of a table, and of the bucket of uploads into another bucket and into itself.</summary>
public sealed class BackupJobTests(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb) : ReplayTest(app, dynamoDb)
{
    private const string CustomersArn = "arn:aws:dynamodb:eu-west-1:000000000000:table/shop-customers";
    private const string UploadsArn = "arn:aws:s3:::shop-uploads";
    private const string CopyOfUploads = "shop-uploads-restored-1";
    private const string AdasLetter = "customers/C-1042/letter.txt";
    private const string OthersLetter = "customers/C-10421/letter.txt";

    [Fact]
    public async Task A_table_that_two_announcements_tell_of_is_one_restore_and_cleaned_once()
    {
        using var backups = await VaultAsync();
        var point = await BackUpAsync(backups, CustomersArn);
        await EraseAdaAsync();

        await backups.StartRestoreAsync(point, new JsonObject { ["targetTableName"] = Copy }, Cancellation);
        await Live.RestoreStatusAsync("clean", Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromHours(30), Cancellation);

        var restore = (await RestoresAsync()).ShouldHaveSingleItem();
        restore.Restore.AnnouncedBy.ToString().ShouldBe("AwsBackup, CloudTrail");
        (restore.Status, restore.ErasedInAll).ShouldBe(("clean", 1));
        CountOfRestores("clean").ShouldBe(1);
        (await CustomersAsync(Copy)).ShouldBe([Shop.Other.CustomerId]);
        (await Live.ExecutionsAsync(Live.ReplayWorkflow, Cancellation)).ShouldAllBe(execution => execution.Status == "SUCCEEDED");
    }

    [Fact]
    public async Task A_bucket_that_was_restored_into_another_is_cleaned_there()
    {
        using var backups = await VaultAsync();
        await PutLettersAsync();
        var point = await BackUpAsync(backups, UploadsArn);
        await EraseAdaAsync();

        IReadOnlyList<StoredRecord> restored = [];
        Live.Calls.Before("POST", CopyOfUploads, async _ => restored = await Live.Stores.VersionsAsync(CopyOfUploads, Cancellation));

        await backups.StartRestoreAsync(point, new JsonObject { ["DestinationBucketName"] = CopyOfUploads, ["NewBucket"] = "true" }, Cancellation);
        var clean = await Live.RestoreStatusAsync("clean", Cancellation);

        KeysIn(restored).ShouldBe([AdasLetter, OthersLetter], ignoreOrder: true);
        KeysIn(await Live.Stores.VersionsAsync(CopyOfUploads, Cancellation)).ShouldBe([OthersLetter]);
        ((long?)clean["erased"]).ShouldBe(1);
        clean["datastores"]!.AsArray().Select(name => (string?)name).ShouldBe(["uploads"]);
        ((string?)clean["target_arn"]).ShouldBe($"arn:aws:s3:::{CopyOfUploads}");
        clean["quarantined_at"].ShouldBeNull("AWS cannot close a bucket without breaking it");
    }

    [Fact]
    public async Task A_restored_bucket_is_tagged_until_it_is_clean_and_keeps_the_tags_of_its_owner()
    {
        using var backups = await VaultAsync();
        await PutLettersAsync();
        var point = await BackUpAsync(backups, UploadsArn);
        await EraseAdaAsync();
        await Live.S3.PutBucketAsync(CopyOfUploads, Cancellation);
        await Live.S3.PutBucketVersioningAsync(new PutBucketVersioningRequest { BucketName = CopyOfUploads, VersioningConfig = new() { Status = VersionStatus.Enabled } }, Cancellation);
        await Live.S3.PutBucketTaggingAsync(new PutBucketTaggingRequest { BucketName = CopyOfUploads, TagSet = [new Tag { Key = "team", Value = "shop" }] }, Cancellation);
        IReadOnlyList<string> during = [];
        Live.Calls.Before("POST", CopyOfUploads, async _ => during = await TagsAsync(CopyOfUploads));

        await backups.StartRestoreAsync(point, new JsonObject { ["DestinationBucketName"] = CopyOfUploads }, Cancellation);
        await Live.RestoreStatusAsync("clean", Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromMinutes(1), Cancellation);

        during.ShouldBe(["gdpr-replay=pending", "team=shop"]);
        (await TagsAsync(CopyOfUploads)).ShouldBe(["gdpr-replay=clean", "team=shop"]);
        KeysIn(await Live.Stores.VersionsAsync(CopyOfUploads, Cancellation)).ShouldBe([OthersLetter]);
    }

    [Fact]
    public async Task Two_restores_into_one_bucket_at_once_leave_it_clean_since_the_last_of_them_is()
    {
        using var backups = await VaultAsync();
        await PutLettersAsync();
        var (point, other) = (await BackUpAsync(backups, UploadsArn), await BackUpAsync(backups, UploadsArn));
        await EraseAdaAsync();
        await Live.S3.PutBucketAsync(CopyOfUploads, Cancellation);
        await Live.S3.PutBucketVersioningAsync(new PutBucketVersioningRequest { BucketName = CopyOfUploads, VersioningConfig = new() { Status = VersionStatus.Enabled } }, Cancellation);

        foreach (var taken in new[] { point, other }) await backups.StartRestoreAsync(taken, new JsonObject { ["DestinationBucketName"] = CopyOfUploads }, Cancellation);
        await Live.RestoreStatusAsync("clean", Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromMinutes(30), Cancellation);

        var restores = await RestoresAsync();
        restores.Select(restore => restore.Status).ShouldBe(["clean", "clean"]);
        var copy = (await new CopyStore(Live.DynamoDb, Live.Stores.Requests, ["uploads"]).ListAsync("uploads", Cancellation)).ShouldHaveSingleItem();
        copy.CleanAt.ShouldNotBeNull().ShouldBe(restores.Max(restore => restore.CleanAt!.Value));
        (await TagsAsync(CopyOfUploads)).ShouldBe(["gdpr-replay=clean"]);
        KeysIn(await Live.Stores.VersionsAsync(CopyOfUploads, Cancellation)).ShouldBe([OthersLetter]);
    }

    [Fact]
    public async Task A_bucket_whose_restore_no_event_told_of_is_found_by_the_reconciler()
    {
        using var backups = await VaultAsync();
        await PutLettersAsync();
        var point = await BackUpAsync(backups, UploadsArn);
        await EraseAdaAsync();
        Live.Cloud.Get<RestoreAnnouncements>().Suppress("aws.backup");

        await backups.RestoreAsync(point, new JsonObject { ["DestinationBucketName"] = CopyOfUploads, ["NewBucket"] = "true" }, Cancellation);
        await Live.RestoreStatusAsync("clean", Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromHours(30), Cancellation);

        KeysIn(await Live.Stores.VersionsAsync(CopyOfUploads, Cancellation)).ShouldBe([OthersLetter]);
        (await RestoresAsync()).ShouldHaveSingleItem().ErasedInAll.ShouldBe(1);
        CountOfRestores("clean").ShouldBe(1);
    }

    [Fact]
    public async Task Of_somebody_of_whom_something_is_kept_lawfully_everything_else_is_erased_from_a_restored_bucket()
    {
        using var backups = await VaultAsync();
        await PutLettersAsync();
        var point = await BackUpAsync(backups, UploadsArn);
        await Live.AdvanceAsync(TimeSpan.FromMinutes(10), Cancellation);
        await Live.Shop.PutLockedUploadAsync(Shop.Ada, Live.Cloud.Time.GetUtcNow().AddYears(1), Cancellation);
        await PublishAsync("erasure-requested.json");
        await Live.StatusAsync("partially_completed", Cancellation);

        await backups.StartRestoreAsync(point, new JsonObject { ["DestinationBucketName"] = CopyOfUploads, ["NewBucket"] = "true" }, Cancellation);
        var clean = await Live.RestoreStatusAsync("clean", Cancellation);

        KeysIn(await Live.Stores.VersionsAsync(CopyOfUploads, Cancellation)).ShouldBe([OthersLetter]);
        (((long?)clean["selected"]), ((long?)clean["erased"])).ShouldBe((1, 1));
    }

    [Fact]
    public async Task What_is_locked_in_a_restored_bucket_alone_keeps_it_from_being_clean_and_is_erased_when_the_lock_ends()
    {
        using var backups = await VaultAsync();
        await PutLettersAsync();
        var point = await BackUpAsync(backups, UploadsArn);
        await EraseAdaAsync();
        await Live.S3.PutBucketAsync(new PutBucketRequest { BucketName = CopyOfUploads, ObjectLockEnabledForBucket = true }, Cancellation);
        await Live.S3.PutObjectLockConfigurationAsync(
            new PutObjectLockConfigurationRequest
            {
                BucketName = CopyOfUploads,
                ObjectLockConfiguration = new()
                {
                    ObjectLockEnabled = ObjectLockEnabled.Enabled,
                    Rule = new() { DefaultRetention = new() { Mode = ObjectLockRetentionMode.Compliance, Days = 9 } },
                },
                ChecksumAlgorithm = ChecksumAlgorithm.SHA256,
            },
            Cancellation);
        var restoredAt = Live.Cloud.Time.GetUtcNow();

        await backups.StartRestoreAsync(point, new JsonObject { ["DestinationBucketName"] = CopyOfUploads }, Cancellation);
        var waiting = await Live.RestoreStatusAsync("waiting", Cancellation);

        (((string?)waiting["operator_reason"]), ((long?)waiting["exempt"])).ShouldBe(("records_exempt", 1));
        ((DateTimeOffset?)waiting["exempt_until"]).ShouldNotBeNull().ShouldBe(restoredAt.AddDays(9), TimeSpan.FromMinutes(10));
        await Live.AdvanceAsync(TimeSpan.FromDays(8), Cancellation);
        KeysIn(await Live.Stores.VersionsAsync(CopyOfUploads, Cancellation)).ShouldBe([AdasLetter, OthersLetter], ignoreOrder: true);
        CountOfRestores("clean").ShouldBe(0);

        await Live.AdvanceAsync(TimeSpan.FromDays(2), Cancellation);

        KeysIn(await Live.Stores.VersionsAsync(CopyOfUploads, Cancellation)).ShouldBe([OthersLetter]);
        var clean = await Live.RestoreStatusAsync("clean", Cancellation);
        (((long?)clean["erased"]), ((long?)clean["exempt"])).ShouldBe((1, 0));
    }

    [Fact]
    public async Task What_a_job_wrote_into_a_bucket_before_it_failed_is_cleaned_too()
    {
        using var backups = await VaultAsync();
        await PutLettersAsync();
        var point = await BackUpAsync(backups, UploadsArn);
        await EraseAdaAsync();
        var announcements = Live.Cloud.Get<RestoreAnnouncements>();
        announcements.Suppress("aws.backup");
        var job = await backups.RestoreAsync(point, new JsonObject { ["DestinationBucketName"] = CopyOfUploads, ["NewBucket"] = "true" }, Cancellation);
        announcements.Resume("aws.backup");

        await announcements.AnnounceAsync("aws.backup", "Restore Job State Change", FailedAfterAll(job), [], Cancellation);
        var clean = await Live.RestoreStatusAsync("clean", Cancellation);

        KeysIn(await Live.Stores.VersionsAsync(CopyOfUploads, Cancellation)).ShouldBe([OthersLetter]);
        ((long?)clean["erased"]).ShouldBe(1);
        clean["announced_by"]!.AsArray().Select(by => (string?)by).ShouldBe(["aws_backup"], "the reconciler sees a job that completed");
    }

    [Fact]
    public async Task A_job_that_failed_before_it_said_where_it_wrote_waits_for_an_operator()
    {
        using var backups = await VaultAsync();
        var point = await BackUpAsync(backups, UploadsArn);
        (await backups.RestoreAsync(point, new JsonObject { ["DestinationBucketName"] = CopyOfUploads }, Cancellation))["Status"]!.ToString().ShouldBe("FAILED", "there is no such bucket");

        var waiting = await Live.RestoreStatusAsync("waiting", Cancellation);

        ((string?)waiting["operator_reason"]).ShouldBe("restored_resource_unknown");
        waiting["datastores"]!.AsArray().Select(name => (string?)name).ShouldBe(["uploads"]);
    }

    [Theory]
    [InlineData("erase", 1, 0)]
    [InlineData("keep", 0, 1)]
    public async Task In_the_bucket_itself_an_operator_decides_about_what_came_back_and_nothing_else_changes(string decision, long erased, long unproven)
    {
        using var backups = await VaultAsync();
        await PutLettersAsync();
        var point = await BackUpAsync(backups, UploadsArn);
        await EraseAdaAsync();
        await PutAsync("customers/C-1042/since-she-came-back.txt");
        await Live.AdvanceAsync(TimeSpan.FromMinutes(1), Cancellation);
        var before = await Live.Stores.VersionsAsync(Shop.Uploads, Cancellation);

        await backups.RestoreAsync(point, new JsonObject { ["DestinationBucketName"] = Shop.Uploads }, Cancellation);
        var restored = (await Live.Stores.VersionsAsync(Shop.Uploads, Cancellation)).Except(before).ToList();
        KeysIn(restored).ShouldBe([AdasLetter], "what is there is not restored");
        await Live.AdvanceAsync(TimeSpan.FromSeconds(2), Cancellation);
        await PutAsync("customers/C-1042/after-the-restore.txt");
        var waiting = await Live.RestoreStatusAsync("waiting", Cancellation);

        ((string?)waiting["operator_reason"]).ShouldBe("records_unproven");
        ((long?)waiting["unproven"]).ShouldBe(1);
        ((long?)waiting["erased"]).ShouldBe(0);
        var whole = await Live.Stores.VersionsAsync(Shop.Uploads, Cancellation);
        before.Concat(restored).Except(whole).ShouldBeEmpty("an operator is asked before anything is erased");

        await DecideAsync(waiting, decision);
        var clean = await Live.RestoreStatusAsync("clean", Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromHours(30), Cancellation);

        (((long?)clean["erased"]), ((long?)clean["unproven"])).ShouldBe((erased, unproven));
        (await Live.Stores.VersionsAsync(Shop.Uploads, Cancellation)).ShouldBe(decision == "erase" ? whole.Except(restored) : whole, ignoreOrder: true);
        (await TagsAsync(Shop.Uploads)).ShouldNotContain(tag => tag.StartsWith("gdpr-replay", StringComparison.Ordinal), "a bucket in use is its owner's");
        CountOfRestores("clean").ShouldBe(1);
    }

    /// <summary>The event of a job that wrote what it wrote, and ended otherwise.</summary>
    private static JsonObject FailedAfterAll(JsonObject job) => new()
    {
        ["restoreJobId"] = job["RestoreJobId"]!.DeepClone(),
        ["recoveryPointArn"] = job["RecoveryPointArn"]!.DeepClone(),
        ["sourceResourceArn"] = UploadsArn,
        ["createdResourceArn"] = $"arn:aws:s3:::{CopyOfUploads}",
        ["resourceType"] = "S3",
        ["status"] = "FAILED",
    };

    [Fact]
    public async Task A_backup_of_the_bucket_that_was_taken_before_what_came_back_was_erased_again_is_as_old_as_that()
    {
        using var backups = await VaultAsync();
        await PutLettersAsync();
        var point = await BackUpAsync(backups, UploadsArn);
        await EraseAdaAsync();
        await backups.RestoreAsync(point, new JsonObject { ["DestinationBucketName"] = Shop.Uploads }, Cancellation);
        var waiting = await Live.RestoreStatusAsync("waiting", Cancellation);
        var between = await BackUpAsync(backups, UploadsArn);
        await DecideAsync(waiting, "erase");
        await Live.RestoreStatusAsync("clean", Cancellation);

        await backups.StartRestoreAsync(between, new JsonObject { ["DestinationBucketName"] = CopyOfUploads, ["NewBucket"] = "true" }, Cancellation);
        var clean = await Live.StatusAsync(
            detail => (string?)detail["restore_status"] == "clean" && (string?)detail["target_arn"] == $"arn:aws:s3:::{CopyOfUploads}", Cancellation);

        ((long?)clean["erased"]).ShouldBe(1);
        ((DateTimeOffset?)clean["as_of"]).ShouldNotBeNull().ShouldBe(((DateTimeOffset?)waiting["as_of"]).ShouldNotBeNull());
        KeysIn(await Live.Stores.VersionsAsync(CopyOfUploads, Cancellation)).ShouldBe([OthersLetter]);
    }

    private async Task<BackupApi> VaultAsync()
    {
        var backups = new BackupApi(Live.Cloud);
        await backups.PutAsync($"/backup-vaults/{BackupApi.Vault}", [], Cancellation);
        return backups;
    }

    /// <returns>The ARN of the recovery point.</returns>
    private static async Task<string> BackUpAsync(BackupApi backups, string arn) => (await backups.BackUpAsync(arn, Cancellation))["RecoveryPointArn"]!.ToString();

    private async Task EraseAdaAsync()
    {
        await Live.AdvanceAsync(TimeSpan.FromMinutes(10), Cancellation);
        await PublishAsync("erasure-requested.json");
        await Live.StatusAsync("completed", Cancellation);
    }

    private async Task PutLettersAsync()
    {
        await PutAsync(AdasLetter);
        await PutAsync(OthersLetter);
    }

    private async Task PutAsync(string key) =>
        await Live.S3.PutObjectAsync(new PutObjectRequest { BucketName = Shop.Uploads, Key = key, ContentBody = $"This is {key}." }, Cancellation);

    private async Task<IReadOnlyList<string>> TagsAsync(string bucket)
    {
        try
        {
            var tags = await Live.S3.GetBucketTaggingAsync(new GetBucketTaggingRequest { BucketName = bucket }, Cancellation);
            return [.. tags.TagSet.Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal)];
        }
        catch (AmazonS3Exception none) when (none.ErrorCode == "NoSuchTagSet")
        {
            return [];
        }
    }

    private static IEnumerable<string> KeysIn(IEnumerable<StoredRecord> versions) => versions.Select(version => version.Key.Split('@')[0]);
}
