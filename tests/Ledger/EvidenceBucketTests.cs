using Amazon.S3;
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
        await Evidence.WriteOnceAsync(Key, """{"n":1}""", Now.AddDays(1), Cancellation);
        await Evidence.WriteOnceAsync(Key, """{"n":2}""", Now.AddDays(2), Cancellation);

        var copy = (await CopiesAsync()).ShouldHaveSingleItem();
        copy.Value.Body.ShouldBe("""{"n":1}""");
        copy.Value.LockedUntil.ShouldBe(Start.AddDays(2), "whoever wrote again asked for a longer lock");
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
        await Evidence.WriteOnceAsync(Key, "{}", Now.AddDays(5), Cancellation);

        await Evidence.ExtendLockAsync(Key, Now.AddDays(4), Cancellation);
        (await CopiesAsync())[Key].LockedUntil.ShouldBe(Start.AddDays(5));
        await Evidence.ExtendLockAsync(Key, Now.AddDays(6), Cancellation);
        (await CopiesAsync())[Key].LockedUntil.ShouldBe(Start.AddDays(6));
    }
}
