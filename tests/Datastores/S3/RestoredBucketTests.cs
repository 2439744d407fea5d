using Amazon.S3;
using Amazon.S3.Model;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Datastores.S3;
using ServerlessGdpr.Tests.Local.S3;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Datastores.S3;

/// <summary>A replay into a bucket, whose time tells what a restore wrote and whose metadata tells how old that is.</summary>
public sealed class RestoredBucketTests : S3Test
{
    private const string Key = "customers/1/x", Older = "2025-12-01T00:00:00Z", Newer = "2025-12-31T00:00:00Z";
    private static readonly DateTimeOffset ErasedAt = new(2025, 12, 15, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Nothing proves anything here: what lies in the window goes.</summary>
    private Target InUse => new() { Arn = $"arn:aws:s3:::{Bucket}", WrittenFrom = Start.AddSeconds(10.5), WrittenUntil = Start.AddSeconds(20.5) };

    private Target Fresh => new() { Arn = InUse.Arn };

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Versioning(VersionStatus.Enabled);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(3)]
    [InlineData(1)]
    public async Task Only_what_was_written_in_the_seconds_of_the_restore_is_from_the_backup(int pageEntries)
    {
        foreach (var second in new[] { 9, 10, 11, 20, 21 })
        {
            await At(second);
            await Put($"customers/1/{second:00}");
            await Put("customers/1/often", $"{second}");
            await Put($"customers/2/{second:00}");
        }

        var counted = await Open(InUse, pageEntries).VerifyAsync(Subjects.Erased(ErasedAt, "1"), null, Cancellation);
        var erased = await Open(InUse, pageEntries).EraseAsync(Subjects.Erased(ErasedAt, "1"), null, Cancellation);
        var verified = await Open(InUse, pageEntries).VerifyAsync(Subjects.Erased(null, "1"), null, Cancellation);

        Counts(counted).ShouldBe((6, 0, 6, 0, 0));
        Counts(erased).ShouldBe((6, 6, 0, 0, 0));
        Counts(verified).ShouldBe((0, 0, 0, 0, 0));
        (await Versions("customers/1/")).Select(version => $"{version.Key} {Seconds(version)}").ShouldBe(
            ["customers/1/09 9", "customers/1/21 21", "customers/1/often 21", "customers/1/often 9"]);
        (await Versions("customers/2/")).Count.ShouldBe(5);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(2)]
    [InlineData(1)]
    public async Task A_marker_in_the_window_stays_while_it_hides_what_is_not_from_the_backup(int pageEntries)
    {
        await At(1);
        await Put(Key, "long before");
        await Put("customers/1/y", "long before");
        await At(15);
        await Put(Key, "restored");
        await Delete(Key);
        await Put("customers/1/z", "restored");
        await Delete("customers/1/z");

        var erased = await Open(InUse, pageEntries).EraseAsync(Subjects.Erased(ErasedAt, "1"), null, Cancellation);
        var verified = await Open(InUse, pageEntries).VerifyAsync(Subjects.Erased(ErasedAt, "1"), null, Cancellation);

        Counts(erased).ShouldBe((3, 3, 0, 0, 0));
        Counts(verified).ShouldBe((0, 0, 0, 0, 0));
        (await Versions("customers/1/")).Select(version => $"{version.Key} {Seconds(version)} {version.IsDeleteMarker == true}").ShouldBe(
            [$"{Key} 15 True", $"{Key} 1 False", "customers/1/y 1 False"]);
    }

    [Fact]
    public async Task Incomplete_uploads_are_left_alone_in_a_bucket_in_use_and_aborted_in_a_new_one()
    {
        await At(15);
        await S3.InitiateMultipartUploadAsync(Bucket, Key, Cancellation);

        Counts(await Open(InUse).VerifyAsync(Subjects.Erased(ErasedAt, "1"), null, Cancellation)).ShouldBe((0, 0, 0, 0, 0));
        Counts(await Open(InUse).EraseAsync(Subjects.Erased(ErasedAt, "1"), null, Cancellation)).ShouldBe((0, 0, 0, 0, 0));
        Counts(await Open(Fresh with { Unproven = UnprovenRecords.Report }).EraseAsync(Subjects.Erased(ErasedAt, "1"), null, Cancellation)).ShouldBe((1, 0, 0, 0, 1));
        Counts(await Open(Fresh).EraseAsync(Subjects.Erased(ErasedAt, "1"), null, Cancellation)).ShouldBe((1, 1, 0, 0, 0));
    }

    [Fact]
    public async Task Metadata_proves_what_is_newer_and_the_time_of_writing_never_does()
    {
        await At(15);
        await PutAsync(Key, Older);
        await PutAsync(Key, Newer);
        await PutAsync(Key, created: null);

        var step = await Open(InUse).EraseAsync(Subjects.Erased(ErasedAt, "1"), null, Cancellation);

        Counts(step).ShouldBe((3, 2, 0, 1, 0));
        (await S3.GetObjectMetadataAsync(Bucket, Key, Cancellation)).Metadata["created"].ShouldBe(Newer);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1)]
    public async Task A_newer_version_that_was_deleted_since_stays_hidden(int pageEntries)
    {
        await PutAsync(Key, Older);
        await PutAsync(Key, Newer);
        await PutAsync(Key, Older);
        await Delete(Key);

        var erased = await Open(Fresh, pageEntries).EraseAsync(Subjects.Erased(ErasedAt, "1"), null, Cancellation);
        var verified = await Open(Fresh, pageEntries).VerifyAsync(Subjects.Erased(ErasedAt, "1"), null, Cancellation);

        Counts(erased).ShouldBe((4, 2, 0, 2, 0));
        Counts(verified).ShouldBe((2, 0, 0, 2, 0));
        (await Versions(Key)).Select(version => version.IsDeleteMarker == true).ShouldBe([true, false]);
    }

    [Fact]
    public async Task Objects_under_the_keys_of_two_people_go_by_the_later_of_their_erasures()
    {
        var entry = Entry() with
        {
            Keys = [new KeyMapping { IdentityType = "customer_id", KeyTemplate = "customers/{customer_id}/" }, new KeyMapping { IdentityType = "file", KeyTemplate = "customers/1/{file}" }],
        };
        await PutAsync(Key, Newer);
        await PutAsync("customers/1/y", Newer);
        IReadOnlyList<Subject> subjects = [.. Subjects.Erased(ErasedAt, "1"), new("ledger/2", [new("file", "y", "raw")], ErasedAt.AddYears(1))];

        var step = await Open(Fresh, entry: entry).EraseAsync(subjects, null, Cancellation);

        Counts(step).ShouldBe((2, 1, 0, 1, 0));
        (await Versions("customers/1/")).ShouldHaveSingleItem().Key.ShouldBe(Key);
    }

    [Fact]
    public async Task Metadata_is_not_asked_for_where_it_decides_nothing()
    {
        await PutAsync(Key, Newer);

        Counts(await Open(Fresh, entry: Entry() with { RecordTime = null }).VerifyAsync(Subjects.Erased(ErasedAt, "1"), null, Cancellation)).ShouldBe((1, 0, 1, 0, 0));
        Counts(await Open(Fresh).VerifyAsync(Subjects.Erased(null, "1"), null, Cancellation)).ShouldBe((1, 0, 1, 0, 0));
    }

    private static DatastoreEntry Entry() => new()
    {
        Name = "documents",
        Kind = "s3",
        Location = "arn:aws:s3:::registered",
        BackupRetentionDays = 35,
        Processing = SampleProcessing.Processing,
        Keys = [new KeyMapping { IdentityType = "customer_id", KeyTemplate = "customers/{customer_id}/" }],
        Action = new ErasureAction { Kind = ErasureAction.Delete },
        RecordTime = "created",
    };

    private S3Datastore Open(Target target, int pageEntries = 1000, DatastoreEntry? entry = null) =>
        new(S3, entry ?? Entry(), Bucket, Cloud.Time, target, pageEntries);

    private Task At(int second) => Cloud.VirtualTime.AdvanceToAsync(Start.AddSeconds(second).AddMilliseconds(400), Cancellation);

    private Task<PutObjectResponse> PutAsync(string key, string? created)
    {
        var request = new PutObjectRequest { BucketName = Bucket, Key = key, ContentBody = "body" };
        if (created is not null) request.Metadata["created"] = created;
        return S3.PutObjectAsync(request, Cancellation);
    }

    private static int Seconds(S3ObjectVersion version) => (int)(version.LastModified!.Value.ToUniversalTime() - Start.UtcDateTime).TotalSeconds;

    private static (long Found, long Erased, long Remaining, long Newer, long Unproven) Counts(Step step) => (step.Found, step.Erased, step.Remaining, step.Newer, step.Unproven);
}
