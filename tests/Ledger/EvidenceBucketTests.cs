using Amazon.S3;
using Amazon.S3.Model;
using ServerlessGdpr.Local.DynamoDb;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Ledger;

public sealed class EvidenceBucketTests(DynamoDbLocalProcess dynamoDb) : LedgerFixture(dynamoDb)
{
    private const string Key = "certificates/r/r0.json";

    [Fact]
    public async Task What_was_written_first_stands()
    {
        var first = await Evidence.WriteVersionAsync(Key, """{"n":1}""", Now.AddDays(1), Cancellation);
        var second = await Evidence.WriteVersionAsync(Key, """{"n":2}""", Now.AddDays(2), Cancellation);

        second.ShouldBe(first);
        var copy = (await CopiesAsync()).ShouldHaveSingleItem();
        copy.Value.Body.ShouldBe("""{"n":1}""");
        copy.Value.LockedUntil.ShouldBe(Start.AddDays(2), "whoever wrote again asked for a longer lock");
        copy.Value.VersionId.ShouldBe(first);
    }

    [Fact]
    public async Task A_version_behind_a_delete_marker_is_locked_for_longer_like_any_other()
    {
        var version = await Evidence.WriteVersionAsync(Key, "{}", Now.AddDays(1), Cancellation);
        await S3.DeleteObjectAsync(Bucket, Key, Cancellation);

        await Evidence.ExtendLockAsync(Key, version, Now.AddDays(6), Cancellation);

        var retention = await S3.GetObjectRetentionAsync(new GetObjectRetentionRequest { BucketName = Bucket, Key = Key, VersionId = version }, Cancellation);
        retention.Retention.RetainUntilDate!.Value.ToUniversalTime().ShouldBe(Start.AddDays(6).UtcDateTime);
    }

    [Fact]
    public async Task A_version_that_is_gone_stops_nothing()
    {
        var version = await Evidence.WriteVersionAsync(Key, "{}", Now.AddDays(1), Cancellation);
        await AdvanceToAsync(Start.AddDays(2));
        await DeleteAsync(Key, version);

        await Should.NotThrowAsync(() => Evidence.ExtendLockAsync(Key, version, Now.AddDays(6), Cancellation));
    }

    [Fact]
    public async Task Nobody_deletes_it_before_its_lock_ends()
    {
        await Evidence.WriteOnceAsync(Key, "{}", Now.AddDays(1), Cancellation);
        var version = (await CopiesAsync())[Key].VersionId;

        await AdvanceToAsync(Start.AddDays(1).AddSeconds(-1));
        (await Should.ThrowAsync<AmazonS3Exception>(() => DeleteAsync(Key, version))).ErrorCode.ShouldBe("AccessDenied");
        await AdvanceToAsync(Start.AddDays(1).AddSeconds(1));
        await DeleteAsync(Key, version);

        (await CopiesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_lock_is_extended_and_never_shortened()
    {
        var version = await Evidence.WriteVersionAsync(Key, "{}", Now.AddDays(5), Cancellation);

        await Evidence.ExtendLockAsync(Key, version, Now.AddDays(4), Cancellation);
        (await CopiesAsync())[Key].LockedUntil.ShouldBe(Start.AddDays(5));
        await Evidence.ExtendLockAsync(Key, version, Now.AddDays(6), Cancellation);
        (await CopiesAsync())[Key].LockedUntil.ShouldBe(Start.AddDays(6));
    }
}
