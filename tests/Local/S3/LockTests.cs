using Amazon.S3;
using Amazon.S3.Model;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.S3;

public sealed class LockTests : S3Test
{
    private const string Locked = "evidence";
    private static readonly DateTime Day10 = Start.AddDays(10).UtcDateTime;
    private static readonly DateTime Day20 = Start.AddDays(20).UtcDateTime;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await S3.PutBucketAsync(new PutBucketRequest { BucketName = Locked, ObjectLockEnabledForBucket = true }, Cancellation);
    }

    [Fact]
    public async Task A_bucket_with_object_lock_has_versioning_that_cannot_be_suspended()
    {
        (await S3.GetBucketVersioningAsync(Locked, Cancellation)).VersioningConfig.Status.ShouldBe(VersionStatus.Enabled);

        await ShouldFail(
            () => S3.PutBucketVersioningAsync(new PutBucketVersioningRequest { BucketName = Locked, VersioningConfig = new S3BucketVersioningConfig { Status = VersionStatus.Suspended } }, Cancellation),
            "InvalidBucketState",
            409);
    }

    [Theory]
    [InlineData("GOVERNANCE")]
    [InlineData("COMPLIANCE")]
    public async Task A_retained_version_is_removed_only_when_its_time_is_over(string mode)
    {
        var version = await PutLocked(mode, Day10);
        await ShouldFail(() => Remove(version), "AccessDenied", 403);
        await Cloud.VirtualTime.AdvanceToAsync(Start.AddDays(10).AddSeconds(-1), Cancellation);
        await ShouldFail(() => Remove(version), "AccessDenied", 403);

        await Cloud.VirtualTime.AdvanceToAsync(Start.AddDays(10), Cancellation);

        await Remove(version);
        await ShouldFail(() => S3.GetObjectAsync(Locked, "k", version, Cancellation), "NoSuchVersion", 404);
    }

    [Fact]
    public async Task A_retained_version_can_be_hidden_and_overwritten()
    {
        var version = await PutLocked("COMPLIANCE", Day10);

        await S3.PutObjectAsync(new PutObjectRequest { BucketName = Locked, Key = "k", ContentBody = "newer" }, Cancellation);
        await S3.DeleteObjectAsync(Locked, "k", Cancellation);

        using var kept = await S3.GetObjectAsync(Locked, "k", version, Cancellation);
        (await Text(kept)).ShouldBe("evidence");
        kept.ObjectLockRetainUntilDate.ShouldBe(Day10);
    }

    [Fact]
    public async Task Governance_can_be_bypassed_and_compliance_cannot()
    {
        var governed = await PutLocked("GOVERNANCE", Day10);
        var compliant = await PutLocked("COMPLIANCE", Day10);

        await Remove(governed, bypass: true);
        await ShouldFail(() => Remove(compliant, bypass: true), "AccessDenied", 403);
    }

    [Fact]
    public async Task Compliance_is_extended_and_never_shortened_weakened_or_removed()
    {
        var version = await PutLocked("COMPLIANCE", Day10);

        await Retain(version, "COMPLIANCE", Day20);
        await ShouldFail(() => Retain(version, "COMPLIANCE", Day10, bypass: true), "AccessDenied", 403);
        await ShouldFail(() => Retain(version, "GOVERNANCE", Day20, bypass: true), "AccessDenied", 403);

        (await Retention(version)).ShouldBe(("COMPLIANCE", Day20));
    }

    [Fact]
    public async Task Governance_is_shortened_only_by_who_bypasses_it()
    {
        var version = await PutLocked("GOVERNANCE", Day20);

        await ShouldFail(() => Retain(version, "GOVERNANCE", Day10), "AccessDenied", 403);
        await Retain(version, "GOVERNANCE", Day10, bypass: true);
        (await Retention(version)).ShouldBe(("GOVERNANCE", Day10));

        await Retain(version, "COMPLIANCE", Day10);
        (await Retention(version)).ShouldBe(("COMPLIANCE", Day10));
    }

    [Fact]
    public async Task A_legal_hold_keeps_a_version_until_it_is_lifted()
    {
        var version = (await S3.PutObjectAsync(new PutObjectRequest { BucketName = Locked, Key = "k", ContentBody = "x" }, Cancellation)).VersionId;
        await Hold(ObjectLockLegalHoldStatus.On);
        await ShouldFail(() => Remove(version, bypass: true), "AccessDenied", 403);

        await Hold(ObjectLockLegalHoldStatus.Off);
        await Remove(version);

        Task Hold(ObjectLockLegalHoldStatus status) => S3.PutObjectLegalHoldAsync(
            new PutObjectLegalHoldRequest { BucketName = Locked, Key = "k", VersionId = version, LegalHold = new ObjectLockLegalHold { Status = status } }, Cancellation);
    }

    [Fact]
    public async Task New_objects_get_the_buckets_default_retention()
    {
        await S3.PutObjectLockConfigurationAsync(
            new PutObjectLockConfigurationRequest
            {
                BucketName = Locked,
                ObjectLockConfiguration = new ObjectLockConfiguration
                {
                    ObjectLockEnabled = ObjectLockEnabled.Enabled,
                    Rule = new ObjectLockRule { DefaultRetention = new DefaultRetention { Mode = ObjectLockRetentionMode.Governance, Days = 10 } },
                },
            },
            Cancellation);

        var version = (await S3.PutObjectAsync(new PutObjectRequest { BucketName = Locked, Key = "k", ContentBody = "x" }, Cancellation)).VersionId;

        (await Retention(version)).ShouldBe(("GOVERNANCE", Day10));
        var configuration = await S3.GetObjectLockConfigurationAsync(new GetObjectLockConfigurationRequest { BucketName = Locked }, Cancellation);
        configuration.ObjectLockConfiguration.Rule.DefaultRetention.Days.ShouldBe(10);
    }

    [Fact]
    public async Task A_date_in_the_past_is_refused_by_the_clouds_clock()
    {
        await Cloud.VirtualTime.AdvanceToAsync(Start.AddDays(10), Cancellation);

        await ShouldFail(() => PutLocked("GOVERNANCE", Day10), "InvalidArgument", 400);
    }

    [Fact]
    public async Task A_bucket_without_object_lock_takes_no_locks()
    {
        await ShouldFail(
            () => S3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "k", ContentBody = "x", ObjectLockMode = ObjectLockMode.Governance, ObjectLockRetainUntilDate = Day10 }, Cancellation),
            "InvalidRequest",
            400);
        await ShouldFail(() => S3.GetObjectLockConfigurationAsync(new GetObjectLockConfigurationRequest { BucketName = Bucket }, Cancellation), "ObjectLockConfigurationNotFoundError", 404);
    }

    [Fact]
    public async Task A_batch_delete_reports_the_locked_version_and_removes_the_others()
    {
        var kept = await PutLocked("COMPLIANCE", Day10);
        var free = (await S3.PutObjectAsync(new PutObjectRequest { BucketName = Locked, Key = "k", ContentBody = "x" }, Cancellation)).VersionId;

        var error = await Should.ThrowAsync<DeleteObjectsException>(() => S3.DeleteObjectsAsync(
            new DeleteObjectsRequest { BucketName = Locked, Objects = [new() { Key = "k", VersionId = kept }, new() { Key = "k", VersionId = free }] }, Cancellation));

        error.Response.DeleteErrors.ShouldHaveSingleItem().VersionId.ShouldBe(kept);
        error.Response.DeleteErrors[0].Code.ShouldBe("AccessDenied");
        error.Response.DeletedObjects.ShouldHaveSingleItem().VersionId.ShouldBe(free);
    }

    private async Task<string> PutLocked(string mode, DateTime until) => (await S3.PutObjectAsync(
        new PutObjectRequest { BucketName = Locked, Key = "k", ContentBody = "evidence", ObjectLockMode = mode, ObjectLockRetainUntilDate = until }, Cancellation)).VersionId;

    private Task<DeleteObjectResponse> Remove(string version, bool bypass = false) => S3.DeleteObjectAsync(
        new DeleteObjectRequest { BucketName = Locked, Key = "k", VersionId = version, BypassGovernanceRetention = bypass }, Cancellation);

    private Task<PutObjectRetentionResponse> Retain(string version, string mode, DateTime until, bool bypass = false) => S3.PutObjectRetentionAsync(
        new PutObjectRetentionRequest
        {
            BucketName = Locked,
            Key = "k",
            VersionId = version,
            BypassGovernanceRetention = bypass,
            Retention = new ObjectLockRetention { Mode = mode, RetainUntilDate = until },
        },
        Cancellation);

    private async Task<(string Mode, DateTime? Until)> Retention(string version)
    {
        var answer = await S3.GetObjectRetentionAsync(new GetObjectRetentionRequest { BucketName = Locked, Key = "k", VersionId = version }, Cancellation);
        return (answer.Retention.Mode.Value, answer.Retention.RetainUntilDate?.ToUniversalTime());
    }
}
