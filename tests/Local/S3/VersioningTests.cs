using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.S3;

public sealed class VersioningTests : S3Test
{
    [Fact]
    public async Task A_bucket_without_versioning_keeps_one_null_version_and_no_markers()
    {
        (await Put("k", "1")).VersionId.ShouldBeNull();
        await Put("k", "2");
        (await Versions()).ShouldHaveSingleItem().VersionId.ShouldBe("null");

        var deleted = await Delete("k");

        deleted.DeleteMarker.ShouldBeNull();
        (await Versions()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_put_makes_a_version_that_stays_readable()
    {
        await Versioning(VersionStatus.Enabled);
        var first = (await Put("k", "1")).VersionId;
        var second = (await Put("k", "2")).VersionId;

        (await Get("k")).ShouldBe("2");
        (await Get("k", first)).ShouldBe("1");
        (await Versions()).Select(version => (version.VersionId, version.IsLatest)).ShouldBe([(second, true), (first, false)]);
    }

    [Fact]
    public async Task A_delete_hides_the_key_behind_a_marker_and_removing_the_marker_brings_it_back()
    {
        await Versioning(VersionStatus.Enabled);
        await Put("k", "1");

        var marker = await Delete("k");
        marker.DeleteMarker.ShouldBe("true");
        await ShouldFail(() => Get("k"), "NoSuchKey", 404);
        (await S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket }, Cancellation)).KeyCount.ShouldBe(0);
        (await Versions()).Select(version => (version.IsDeleteMarker is true, version.IsLatest is true)).ShouldBe([(true, true), (false, false)]);

        (await Delete("k", marker.VersionId)).DeleteMarker.ShouldBe("true");
        (await Get("k")).ShouldBe("1");
    }

    [Fact]
    public async Task A_marker_is_made_even_for_a_key_that_never_was()
    {
        await Versioning(VersionStatus.Enabled);

        await Delete("none");

        (await Versions()).ShouldHaveSingleItem().IsDeleteMarker.ShouldBe(true);
    }

    [Fact]
    public async Task A_marker_cannot_be_read_by_its_version()
    {
        await Versioning(VersionStatus.Enabled);
        await Put("k");
        var marker = (await Delete("k")).VersionId;

        await ShouldFail(() => Get("k", marker), "MethodNotAllowed", 405);
        (await Should.ThrowAsync<AmazonS3Exception>(() => S3.GetObjectMetadataAsync(Bucket, "k", Cancellation))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_version_removed_by_id_is_gone_and_removing_it_again_changes_nothing()
    {
        await Versioning(VersionStatus.Enabled);
        var first = (await Put("k", "1")).VersionId;
        await Put("k", "2");

        await Delete("k", first);
        await Delete("k", first);

        await ShouldFail(() => Get("k", first), "NoSuchVersion", 404);
        (await Versions()).Count.ShouldBe(1);
        (await Get("k")).ShouldBe("2");
    }

    [Fact]
    public async Task Removing_the_latest_version_makes_the_one_before_it_current()
    {
        await Versioning(VersionStatus.Enabled);
        await Put("k", "1");
        var second = (await Put("k", "2")).VersionId;

        await Delete("k", second);

        (await Get("k")).ShouldBe("1");
        (await Versions()).ShouldHaveSingleItem().IsLatest.ShouldBe(true);
    }

    [Fact]
    public async Task What_is_no_version_id_is_refused()
    {
        await Versioning(VersionStatus.Enabled);
        await Put("k");

        await ShouldFail(() => Get("k", "nonsense"), "InvalidArgument", 400);
        await ShouldFail(() => Delete("k", "nonsense"), "InvalidArgument", 400);
    }

    [Fact]
    public async Task What_was_there_before_versioning_stays_as_the_null_version()
    {
        await Put("k", "old");
        await Versioning(VersionStatus.Enabled);
        await Put("k", "new");

        (await Versions()).Select(version => version.VersionId == "null").ShouldBe([false, true]);
        (await Get("k", "null")).ShouldBe("old");

        await Delete("k", "null");
        (await Versions()).ShouldHaveSingleItem().VersionId.ShouldNotBe("null");
    }

    [Fact]
    public async Task A_suspended_bucket_replaces_its_null_version_and_keeps_the_others()
    {
        await Versioning(VersionStatus.Enabled);
        var kept = (await Put("k", "kept")).VersionId;
        await Versioning(VersionStatus.Suspended);
        await Put("k", "null 1");
        await Put("k", "null 2");
        (await Versions()).Select(version => version.VersionId).ShouldBe(["null", kept]);
        (await Get("k", "null")).ShouldBe("null 2");

        var marker = await Delete("k");

        (marker.DeleteMarker, marker.VersionId).ShouldBe(("true", "null"));
        (await Versions()).Select(version => (version.VersionId, version.IsDeleteMarker is true)).ShouldBe([("null", true), (kept, false)]);
        (await Get("k", kept)).ShouldBe("kept");
    }

    [Fact]
    public async Task A_null_version_written_after_others_is_the_latest()
    {
        await Put("k", "null 1");
        await Versioning(VersionStatus.Enabled);
        var middle = (await Put("k", "middle")).VersionId;
        await Versioning(VersionStatus.Suspended);

        await Put("k", "null 2");

        (await Versions()).Select(version => version.VersionId).ShouldBe(["null", middle]);
    }

    [Fact]
    public async Task A_conditional_put_counts_a_marker_as_nothing_there()
    {
        await Versioning(VersionStatus.Enabled);
        await Put("k");
        await Delete("k");

        await S3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "k", ContentBody = "again", IfNoneMatch = "*" }, Cancellation);

        (await Get("k")).ShouldBe("again");
    }

    [Fact]
    public async Task A_copy_can_bring_back_an_old_version()
    {
        await Versioning(VersionStatus.Enabled);
        var old = (await Put("k", "old")).VersionId;
        await Put("k", "new");

        var copy = await S3.CopyObjectAsync(
            new CopyObjectRequest { SourceBucket = Bucket, SourceKey = "k", SourceVersionId = old, DestinationBucket = Bucket, DestinationKey = "k" }, Cancellation);

        (await Get("k")).ShouldBe("old");
        copy.VersionId.ShouldNotBe(old);
        copy.SourceVersionId.ShouldBe(old);
    }

    [Fact]
    public async Task A_bucket_that_holds_only_a_marker_cannot_be_deleted()
    {
        await Versioning(VersionStatus.Enabled);
        var marker = (await Delete("k")).VersionId;
        await ShouldFail(() => S3.DeleteBucketAsync(Bucket, Cancellation), "BucketNotEmpty", 409);

        await Delete("k", marker);

        await S3.DeleteBucketAsync(Bucket, Cancellation);
        await ShouldFail(() => Put("k"), "NoSuchBucket", 404);
    }
}
