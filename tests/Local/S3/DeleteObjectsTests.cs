using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using ServerlessGdpr.Local.S3;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.S3;

public sealed class DeleteObjectsTests : S3Test
{
    [Fact]
    public async Task A_thousand_keys_go_at_once_and_one_more_is_too_many()
    {
        await Put("0");
        var keys = Enumerable.Range(0, 1000).Select(i => new KeyVersion { Key = $"{i}" }).ToList();

        (await DeleteAll(keys)).DeletedObjects.Count.ShouldBe(1000);
        (await Versions()).ShouldBeEmpty();
        await ShouldFail(() => DeleteAll([.. keys, new KeyVersion { Key = "one more" }]), "MalformedXML", 400);
    }

    [Fact]
    public async Task Versions_are_removed_and_keys_are_marked()
    {
        await Versioning(VersionStatus.Enabled);
        var version = (await Put("a")).VersionId;
        await Put("b");

        var answer = await DeleteAll([new() { Key = "a", VersionId = version }, new() { Key = "b" }]);

        answer.DeletedObjects[0].VersionId.ShouldBe(version);
        answer.DeletedObjects[1].DeleteMarker.ShouldBe(true);
        (await Versions("a")).ShouldBeEmpty();
        (await Versions("b"))[0].VersionId.ShouldBe(answer.DeletedObjects[1].DeleteMarkerVersionId);
    }

    [Fact]
    public async Task A_quiet_answer_names_only_what_failed()
    {
        await Put("a");
        await Put("b");
        Faults.FailDeletion("b");

        var error = await Should.ThrowAsync<DeleteObjectsException>(() => S3.DeleteObjectsAsync(
            new DeleteObjectsRequest { BucketName = Bucket, Quiet = true, Objects = [new() { Key = "a" }, new() { Key = "b" }] }, Cancellation));

        error.Response.DeletedObjects.ShouldBeNull();
        error.Response.DeleteErrors.ShouldHaveSingleItem().Key.ShouldBe("b");
    }

    [Fact]
    public async Task A_key_that_is_planned_to_fail_stays_and_goes_with_the_next_call()
    {
        await Put("a");
        Faults.FailDeletion("a");

        var error = await Should.ThrowAsync<DeleteObjectsException>(() => DeleteAll([new() { Key = "a" }]));
        error.Response.DeleteErrors.ShouldHaveSingleItem().Code.ShouldBe("InternalError");
        (await Get("a")).ShouldBe("body");

        await DeleteAll([new() { Key = "a" }]);
        await ShouldFail(() => Get("a"), "NoSuchKey", 404);
    }

    [Fact]
    public async Task The_chosen_call_is_slowed_down()
    {
        Faults.Requests.Refuse("PutObject", S3Faults.SlowDown(), first: 2);

        await Put("a");
        var error = await Should.ThrowAsync<AmazonS3Exception>(() => S3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "b", ContentBody = "x" }, Cancellation));
        await Put("c");

        (error.ErrorCode, error.StatusCode).ShouldBe(("SlowDown", HttpStatusCode.ServiceUnavailable));
        (await Versions()).Select(version => version.Key).ShouldBe(["a", "c"]);
    }

    private Task<DeleteObjectsResponse> DeleteAll(List<KeyVersion> objects) =>
        S3.DeleteObjectsAsync(new DeleteObjectsRequest { BucketName = Bucket, Objects = objects }, Cancellation);
}
