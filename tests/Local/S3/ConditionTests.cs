using Amazon.S3;
using Amazon.S3.Model;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.S3;

/// <summary>Puts, copies and deletes that are done only under a condition.</summary>
public sealed class ConditionTests : S3Test
{
    [Theory]
    [InlineData(null, null, "*", 200)]
    [InlineData("object", null, "*", 412)]
    [InlineData("marker", null, "*", 200)]
    [InlineData("object", "right", null, 200)]
    [InlineData("object", "wrong", null, 412)]
    [InlineData("object", "*", null, 200)]
    [InlineData("marker", "right", null, 404)]
    [InlineData(null, "right", null, 404)]
    public async Task A_put_is_done_when_what_is_there_is_as_it_says(string? there, string? match, string? noneMatch, int status)
    {
        await Versioning(VersionStatus.Enabled);
        var etag = there is null ? "\"none\"" : (await Put("k")).ETag;
        if (there == "marker") await Delete("k");

        var put = () => S3.PutObjectAsync(
            new PutObjectRequest { BucketName = Bucket, Key = "k", ContentBody = "new", IfMatch = Named(match, etag), IfNoneMatch = noneMatch }, Cancellation);

        if (status == 200) await put();
        else await ShouldFail(put, status == 404 ? "NoSuchKey" : "PreconditionFailed", status);
        if (status == 200) (await Get("k")).ShouldBe("new");
        else if (there == "object") (await Get("k")).ShouldBe("body");
        else await ShouldFail(() => Get("k"), "NoSuchKey", 404);
    }

    [Theory]
    [InlineData("Enabled")]
    [InlineData("Suspended")]
    public async Task A_conditional_put_adds_a_version_or_replaces_the_null_one(string versioning)
    {
        await Versioning(VersionStatus.Enabled);
        await Versioning(VersionStatus.FindValue(versioning));
        var first = await S3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "k", ContentBody = "1", IfNoneMatch = "*" }, Cancellation);
        await S3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "k", ContentBody = "2", IfMatch = first.ETag }, Cancellation);

        (await Versions()).Count.ShouldBe(versioning == "Enabled" ? 2 : 1);
        (await Get("k")).ShouldBe("2");
    }

    [Theory]
    [InlineData("right", 204)]
    [InlineData("*", 204)]
    [InlineData("wrong", 412)]
    public async Task A_delete_is_done_when_what_is_there_is_as_it_says(string match, int status)
    {
        await Versioning(VersionStatus.Enabled);
        var etag = (await Put("k")).ETag;

        var delete = () => S3.DeleteObjectAsync(new DeleteObjectRequest { BucketName = Bucket, Key = "k", IfMatch = Named(match, etag) }, Cancellation);

        if (status == 412) await ShouldFail(delete, "PreconditionFailed", 412);
        else (await delete()).DeleteMarker.ShouldBe("true");
        (await Versions()).Count.ShouldBe(status == 412 ? 1 : 2);
    }

    [Fact]
    public async Task Of_a_batch_of_deletes_only_those_are_done_whose_condition_holds()
    {
        var etag = (await Put("right")).ETag;
        await Put("wrong");

        var refused = await Should.ThrowAsync<DeleteObjectsException>(() => S3.DeleteObjectsAsync(
            new DeleteObjectsRequest { BucketName = Bucket, Objects = [new() { Key = "right", ETag = etag }, new() { Key = "wrong", ETag = "\"0\"" }] }, Cancellation));

        refused.Response.DeletedObjects.ShouldHaveSingleItem().Key.ShouldBe("right");
        refused.Response.DeleteErrors.Select(error => (error.Key, error.Code)).ShouldBe([("wrong", "PreconditionFailed")]);
        (await Get("wrong")).ShouldBe("body");
    }

    [Theory]
    [InlineData("right", null, 200)]
    [InlineData("wrong", null, 412)]
    [InlineData(null, "right", 412)]
    [InlineData(null, "wrong", 200)]
    public async Task A_copy_is_done_when_its_source_is_as_it_says(string? match, string? noneMatch, int status)
    {
        var etag = (await Put("from")).ETag;

        var copy = () => S3.CopyObjectAsync(
            new CopyObjectRequest
            {
                SourceBucket = Bucket,
                SourceKey = "from",
                DestinationBucket = Bucket,
                DestinationKey = "to",
                ETagToMatch = Named(match, etag),
                ETagToNotMatch = Named(noneMatch, etag),
            },
            Cancellation);

        if (status == 412) await ShouldFail(copy, "PreconditionFailed", 412);
        else (await copy()).ETag.ShouldBe(etag);
    }

    [Theory]
    [InlineData("right", null, 200)]
    [InlineData("wrong", null, 412)]
    [InlineData(null, "right", 304)]
    [InlineData(null, "*", 304)]
    [InlineData(null, "wrong", 200)]
    public async Task A_read_is_answered_when_what_is_there_is_as_it_says(string? match, string? noneMatch, int status)
    {
        var etag = (await Put("k")).ETag;
        var read = () => S3.GetObjectAsync(new GetObjectRequest { BucketName = Bucket, Key = "k", EtagToMatch = Named(match, etag), EtagToNotMatch = Named(noneMatch, etag) }, Cancellation);

        if (status == 200) (await Text(await read())).ShouldBe("body");
        else ((int)(await Should.ThrowAsync<AmazonS3Exception>(read)).StatusCode).ShouldBe(status);
    }

    private static string? Named(string? which, string etag) => which switch
    {
        "right" => etag,
        "wrong" => "\"00000000000000000000000000000000\"",
        _ => which,
    };
}
