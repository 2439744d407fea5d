using Amazon.S3;
using Amazon.S3.Model;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.S3;

public sealed class MultipartTests : S3Test
{
    private const int PartSize = 5 << 20;

    [Fact]
    public async Task Parts_become_one_object_in_their_order()
    {
        await Versioning(VersionStatus.Enabled);
        var upload = await Begin();
        var second = await Upload(upload, 2, "b", 3);
        var first = await Upload(upload, 1, "a", PartSize);

        var completed = await Complete(upload, first, second);

        completed.ETag.ShouldEndWith("-2\"");
        completed.VersionId.ShouldBe((await Versions()).ShouldHaveSingleItem().VersionId);
        var body = await Get("k");
        (body.Length, body[PartSize - 1], body[PartSize]).ShouldBe((PartSize + 3, 'a', 'b'));
        (await S3.GetObjectMetadataAsync(Bucket, "k", Cancellation)).Metadata["m"].ShouldBe("1");
        (await Uploads()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_part_is_read_by_its_number()
    {
        var upload = await Begin();
        await Complete(upload, await Upload(upload, 1, "a", PartSize), await Upload(upload, 2, "b", 3));

        using var answer = await S3.GetObjectAsync(new GetObjectRequest { BucketName = Bucket, Key = "k", PartNumber = 2 }, Cancellation);

        (await Text(answer)).ShouldBe("bbb");
        answer.PartsCount.ShouldBe(2);
    }

    [Fact]
    public async Task A_part_sent_again_takes_the_place_of_the_first()
    {
        var upload = await Begin();
        var replaced = await Upload(upload, 1, "a", 3);
        var kept = await Upload(upload, 1, "b", 3);

        await ShouldFail(() => Complete(upload, replaced), "InvalidPart", 400);
        await Complete(upload, kept);

        (await Get("k")).ShouldBe("bbb");
    }

    [Fact]
    public async Task Parts_that_are_too_small_or_missing_are_refused()
    {
        var upload = await Begin();
        var first = await Upload(upload, 1, "a", 3);
        var second = await Upload(upload, 2, "b", 3);

        await ShouldFail(() => Complete(upload, first, second), "EntityTooSmall", 400);
        await ShouldFail(() => Complete(upload, new PartETag(3, first.ETag)), "InvalidPart", 400);
        await ShouldFail(() => Get("k"), "NoSuchKey", 404);
    }

    [Fact]
    public async Task An_aborted_upload_leaves_nothing()
    {
        var upload = await Begin();
        var part = await Upload(upload, 1, "a", 3);
        (await Uploads()).ShouldHaveSingleItem().UploadId.ShouldBe(upload);
        (await S3.ListPartsAsync(Bucket, "k", upload, Cancellation)).Parts.ShouldHaveSingleItem().Size.ShouldBe(3);

        await S3.AbortMultipartUploadAsync(Bucket, "k", upload, Cancellation);

        (await Uploads()).ShouldBeEmpty();
        await ShouldFail(() => Complete(upload, part), "NoSuchUpload", 404);
    }

    [Fact]
    public async Task A_part_can_be_copied_from_a_range_of_another_object()
    {
        await Put("from", "0123456789");
        var upload = await Begin();

        var copied = await S3.CopyPartAsync(
            new CopyPartRequest { SourceBucket = Bucket, SourceKey = "from", DestinationBucket = Bucket, DestinationKey = "k", UploadId = upload, PartNumber = 1, FirstByte = 2, LastByte = 4 },
            Cancellation);
        await Complete(upload, new PartETag(1, copied.ETag));

        (await Get("k")).ShouldBe("234");
    }

    [Fact]
    public async Task Completion_heeds_its_condition()
    {
        await Put("k", "there already");
        var upload = await Begin();
        var part = await Upload(upload, 1, "a", 3);

        await ShouldFail(
            () => S3.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest { BucketName = Bucket, Key = "k", UploadId = upload, PartETags = [part], IfNoneMatch = "*" }, Cancellation),
            "PreconditionFailed",
            412);

        (await Get("k")).ShouldBe("there already");
    }

    [Fact]
    public async Task Numbers_beyond_the_limit_and_uploads_that_are_over_are_refused()
    {
        var upload = await Begin();
        var (first, second) = (await Upload(upload, 1, "a", PartSize), await Upload(upload, 2, "b", 3));

        await ShouldFail(() => Upload(upload, 10_001, "c", 3), "InvalidArgument", 400);
        await ShouldFail(() => Upload("none", 1, "c", 3), "NoSuchUpload", 404);
        await Complete(upload, first, second);
        await ShouldFail(() => S3.AbortMultipartUploadAsync(Bucket, "k", upload, Cancellation), "NoSuchUpload", 404);
    }

    [Theory]
    [InlineData("SHA256", "COMPOSITE")]
    [InlineData("CRC32", "FULL_OBJECT")]
    public async Task The_checksum_of_an_upload_is_of_its_parts_or_of_the_whole(string algorithm, string type)
    {
        var upload = (await S3.InitiateMultipartUploadAsync(
            new InitiateMultipartUploadRequest { BucketName = Bucket, Key = "k", ChecksumAlgorithm = algorithm, ChecksumType = type }, Cancellation)).UploadId;
        using var bytes = new MemoryStream("123456789"u8.ToArray());
        var part = await S3.UploadPartAsync(
            new UploadPartRequest { BucketName = Bucket, Key = "k", UploadId = upload, PartNumber = 1, InputStream = bytes, ChecksumAlgorithm = algorithm }, Cancellation);

        var completed = await S3.CompleteMultipartUploadAsync(
            new CompleteMultipartUploadRequest { BucketName = Bucket, Key = "k", UploadId = upload, PartETags = [new PartETag(part)], ChecksumType = type }, Cancellation);

        completed.ChecksumType.Value.ShouldBe(type);
        (completed.ChecksumSHA256 ?? completed.ChecksumCRC32).ShouldBe(algorithm == "SHA256" ? "KSsNAHVmgy25S/rmic1w0at3KBH9RLn0nYVQ7p6mpJQ=-1" : "y/Q5Jg==");
    }

    private async Task<string> Begin() => (await S3.InitiateMultipartUploadAsync(
        new InitiateMultipartUploadRequest { BucketName = Bucket, Key = "k", Metadata = { ["m"] = "1" } }, Cancellation)).UploadId;

    private async Task<PartETag> Upload(string upload, int number, string letter, int count)
    {
        using var bytes = new MemoryStream(Enumerable.Repeat((byte)letter[0], count).ToArray());
        var part = await S3.UploadPartAsync(new UploadPartRequest { BucketName = Bucket, Key = "k", UploadId = upload, PartNumber = number, InputStream = bytes }, Cancellation);
        return new PartETag(number, part.ETag);
    }

    private Task<CompleteMultipartUploadResponse> Complete(string upload, params List<PartETag> parts) => S3.CompleteMultipartUploadAsync(
        new CompleteMultipartUploadRequest { BucketName = Bucket, Key = "k", UploadId = upload, PartETags = parts }, Cancellation);

    private async Task<IReadOnlyList<MultipartUpload>> Uploads() =>
        (await S3.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = Bucket }, Cancellation)).MultipartUploads ?? [];
}
