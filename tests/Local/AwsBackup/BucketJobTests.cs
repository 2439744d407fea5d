using System.Text.Json.Nodes;
using Amazon.S3;
using Amazon.S3.Model;
using ServerlessGdpr.Tests.Local.S3;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.AwsBackup;

public sealed class BucketJobTests : S3Test
{
    private BackupApi api = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        api = new BackupApi(Cloud);
        await Versioning(VersionStatus.Enabled);
        await api.PutAsync($"/backup-vaults/{BackupApi.Vault}", [], Cancellation);
    }

    public override async ValueTask DisposeAsync()
    {
        api.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task In_the_same_bucket_only_what_is_absent_comes_back_and_a_delete_marker_is_absent()
    {
        await Put("kept", "before");
        await Put("marked", "first");
        await Put("marked", "latest");
        var gone = (await Put("gone", "gone for good")).VersionId;
        var point = await BackUp();
        await Put("kept", "after");
        await Put("newer", "since");
        await Delete("marked");
        await Delete("gone", gone);

        var job = await api.RestoreAsync(point, To(Bucket), Cancellation);

        job["Status"]!.ToString().ShouldBe("COMPLETED");
        job["CreatedResourceArn"]!.ToString().ShouldBe("arn:aws:s3:::people");
        (await Get("kept")).ShouldBe("after");
        (await Get("newer")).ShouldBe("since");
        (await Get("marked")).ShouldBe("latest");
        (await Get("gone")).ShouldBe("gone for good");
        (await Versions("marked")).Count.ShouldBe(4);
        (await Versions("kept")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_comes_back_is_as_old_as_the_restore_and_keeps_its_metadata_and_tags()
    {
        await S3.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = Bucket,
                Key = "letter",
                ContentBody = "dear",
                ContentType = "text/plain",
                TagSet = [new() { Key = "team", Value = "shop" }],
                Metadata = { ["written-at"] = "2026-01-01" },
            },
            Cancellation);
        var point = await BackUp();
        await Delete("letter");
        await Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromDays(1), Cancellation);
        var (before, _) = (Cloud.Time.GetUtcNow(), await api.RestoreAsync(point, To(Bucket), Cancellation));

        var restored = await S3.GetObjectMetadataAsync(Bucket, "letter", Cancellation);
        restored.LastModified!.Value.ToUniversalTime().ShouldBeInRange(before.UtcDateTime.AddSeconds(11), Cloud.Time.GetUtcNow().UtcDateTime);
        restored.Headers.ContentType.ShouldBe("text/plain");
        restored.Metadata["written-at"].ShouldBe("2026-01-01");
        (await S3.GetObjectTaggingAsync(new GetObjectTaggingRequest { BucketName = Bucket, Key = "letter" }, Cancellation)).Tagging.ShouldHaveSingleItem().Value.ShouldBe("shop");
    }

    [Fact]
    public async Task Another_bucket_may_be_made_for_it()
    {
        await Put("letter", "dear");
        var point = await BackUp();

        var job = await api.RestoreAsync(point, To("copies", ("NewBucket", "true")), Cancellation);

        job["CreatedResourceArn"]!.ToString().ShouldBe("arn:aws:s3:::copies");
        using var answer = await S3.GetObjectAsync("copies", "letter", Cancellation);
        (await Text(answer)).ShouldBe("dear");
        answer.VersionId.ShouldNotBe("null");
    }

    [Fact]
    public async Task Single_objects_can_be_chosen()
    {
        await Put("a/one");
        await Put("a/two");
        var point = await BackUp();

        await api.RestoreAsync(point, To("copies", ("NewBucket", "true"), ("ItemsToRestore", """["s3://people/a/two"]""")), Cancellation);

        (await S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "copies" }, Cancellation)).S3Objects.ShouldHaveSingleItem().Key.ShouldBe("a/two");
    }

    [Fact]
    public async Task A_recovery_point_keeps_the_content_of_its_instant()
    {
        await Put("letter", "first");
        var point = await BackUp();
        await Put("letter", "second");
        foreach (var version in await Versions()) await Delete(version.Key, version.VersionId);

        await api.RestoreAsync(point, To(Bucket), Cancellation);

        (await Get("letter")).ShouldBe("first");
    }

    [Fact]
    public async Task A_restore_into_no_bucket_fails_with_a_reason()
    {
        var job = await api.RestoreAsync(await BackUp(), To("nowhere"), Cancellation);

        (job["Status"]!.ToString(), job["StatusMessage"]!.ToString()).ShouldBe(("FAILED", "The specified bucket does not exist"));
    }

    [Fact]
    public async Task A_bucket_without_versions_cannot_be_backed_up()
    {
        await S3.PutBucketAsync("plain", Cancellation);

        var job = await api.BackUpAsync("arn:aws:s3:::plain", Cancellation);

        job["State"]!.ToString().ShouldBe("FAILED");
        job["StatusMessage"]!.ToString().ShouldContain("versioning");
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"DestinationBucketName":"people","Colour":"blue"}""")]
    [InlineData("""{"DestinationBucketName":"people","ItemsToRestore":"everything"}""")]
    public async Task Metadata_that_cannot_be_heeded_is_refused_at_once(string metadata)
    {
        var (status, error) = await api.CallAsync(
            HttpMethod.Put, "/restore-jobs", new JsonObject { ["RecoveryPointArn"] = await BackUp(), ["Metadata"] = JsonNode.Parse(metadata) }, Cancellation);

        (status, error["__type"]!.ToString()).ShouldBe((400, "InvalidParameterValueException"));
    }

    private static JsonObject To(string bucket, params (string Name, string Value)[] more) => new(
        more.Prepend(("DestinationBucketName", bucket)).Select(pair => KeyValuePair.Create(pair.Item1, (JsonNode?)JsonValue.Create(pair.Item2))));

    private async Task<string> BackUp() => (await api.BackUpAsync("arn:aws:s3:::people", Cancellation))["RecoveryPointArn"]!.ToString();
}
