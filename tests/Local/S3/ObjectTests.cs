using System.Net;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using ServerlessGdpr.Local.Hosting;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.S3;

public sealed class ObjectTests : S3Test
{
    [Fact]
    public async Task An_object_comes_back_with_its_metadata()
    {
        await S3.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = Bucket,
                Key = "a/é +&.txt",
                ContentBody = "grüße",
                ContentType = "text/plain",
                Headers = { CacheControl = "no-store" },
                Metadata = { ["person"] = "42" },
            },
            Cancellation);

        using var answer = await S3.GetObjectAsync(Bucket, "a/é +&.txt", Cancellation);

        (await Text(answer)).ShouldBe("grüße");
        answer.Headers.ContentType.ShouldBe("text/plain");
        answer.Headers.CacheControl.ShouldBe("no-store");
        answer.Metadata["person"].ShouldBe("42");
        answer.ETag.ShouldBe("\"fee40dc24d0ad6a90c608052aa4e9e66\"");
        answer.LastModified.ShouldBe(Start.UtcDateTime);
        answer.ServerSideEncryptionMethod.ShouldBe(ServerSideEncryptionMethod.AES256);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("x", true)]
    [InlineData("x", false)]
    public async Task A_streamed_body_is_decoded_signed_or_not(string body, bool hasSignedChunks)
    {
        await S3.PutObjectAsync(
            new PutObjectRequest { BucketName = Bucket, Key = "k", InputStream = new MemoryStream(Encoding.UTF8.GetBytes(body)), UseChunkEncoding = hasSignedChunks }, Cancellation);

        (await Get("k")).ShouldBe(body);
    }

    [Fact]
    public async Task A_large_body_comes_back_whole()
    {
        var bytes = new byte[300_000];
        new Random(7).NextBytes(bytes);
        await S3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "k", InputStream = new MemoryStream(bytes) }, Cancellation);

        using var answer = await S3.GetObjectAsync(Bucket, "k", Cancellation);
        using var read = new MemoryStream();
        await answer.ResponseStream.CopyToAsync(read, Cancellation);

        read.ToArray().ShouldBe(bytes);
    }

    [Theory]
    [InlineData("CRC32", "y/Q5Jg==")]
    [InlineData("CRC32C", "4waSgw==")]
    [InlineData("CRC64NVME", "rosUhgp5mIg=")]
    [InlineData("SHA1", "98O8HYCOBHMq32eZZczDTKeuNEE=")]
    [InlineData("SHA256", "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=")]
    public async Task The_checksum_of_the_well_known_digits_is_checked_and_given_back(string algorithm, string expected)
    {
        await Put(expected);
        var error = await Should.ThrowAsync<AmazonS3Exception>(() => Put($"A{expected[1..]}"));

        var head = await S3.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = Bucket, Key = "k", ChecksumMode = ChecksumMode.ENABLED }, Cancellation);
        error.ErrorCode.ShouldBe("BadDigest");
        new[] { head.ChecksumCRC32, head.ChecksumCRC32C, head.ChecksumCRC64NVME, head.ChecksumSHA1, head.ChecksumSHA256 }
            .Where(value => value is not null).ShouldBe([expected]);

        Task<PutObjectResponse> Put(string claimed)
        {
            var request = new PutObjectRequest { BucketName = Bucket, Key = "k", ContentBody = "123456789" };
            typeof(PutObjectRequest).GetProperty($"Checksum{algorithm}")!.SetValue(request, claimed);
            return S3.PutObjectAsync(request, Cancellation);
        }
    }

    [Fact]
    public async Task A_body_that_does_not_match_what_is_said_of_it_is_refused_and_leaves_nothing()
    {
        await ShouldFail(() => S3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "k", ContentBody = "a", ChecksumCRC32 = "AAAAAA==" }, Cancellation), "BadDigest", 400);
        await ShouldFail(() => S3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "k", ContentBody = "a", MD5Digest = Convert.ToBase64String(new byte[16]) }, Cancellation), "BadDigest", 400);

        await ShouldFail(() => Get("k"), "NoSuchKey", 404);
    }

    [Theory]
    [InlineData("bytes=0-0", "0", "bytes 0-0/10")]
    [InlineData("bytes=3-5", "345", "bytes 3-5/10")]
    [InlineData("bytes=7-", "789", "bytes 7-9/10")]
    [InlineData("bytes=-2", "89", "bytes 8-9/10")]
    [InlineData("bytes=8-99", "89", "bytes 8-9/10")]
    public async Task A_range_is_answered_in_part(string range, string body, string contentRange)
    {
        await Put("k", "0123456789");

        using var answer = await S3.GetObjectAsync(new GetObjectRequest { BucketName = Bucket, Key = "k", ByteRange = new ByteRange(range) }, Cancellation);

        answer.HttpStatusCode.ShouldBe(HttpStatusCode.PartialContent);
        (await Text(answer)).ShouldBe(body);
        answer.ContentRange.ShouldBe(contentRange);
    }

    [Theory]
    [InlineData("bytes=10-11", "0123456789")]
    [InlineData("bytes=10-", "0123456789")]
    [InlineData("bytes=-0", "0123456789")]
    [InlineData("bytes=0-0", "")]
    public async Task A_range_beyond_the_end_is_refused(string range, string body)
    {
        await Put("k", body);

        await ShouldFail(() => S3.GetObjectAsync(new GetObjectRequest { BucketName = Bucket, Key = "k", ByteRange = new ByteRange(range) }, Cancellation), "InvalidRange", 416);
    }

    [Theory]
    [InlineData("bytes=5-3")]
    [InlineData("bytes=0-1,3-4")]
    [InlineData("lines=0-1")]
    [InlineData("bytes=a-b")]
    public async Task A_range_of_another_form_is_passed_over(string range)
    {
        await Put("k", "0123456789");

        using var answer = await S3.GetObjectAsync(new GetObjectRequest { BucketName = Bucket, Key = "k", ByteRange = new ByteRange(range) }, Cancellation);

        (answer.HttpStatusCode, await Text(answer)).ShouldBe((HttpStatusCode.OK, "0123456789"));
    }

    [Fact]
    public async Task An_error_does_not_pass_for_the_compressed_object_it_is_about()
    {
        await S3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "k", ContentBody = "x", Headers = { ContentEncoding = "gzip" } }, Cancellation);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Cloud.Endpoint, $"{Bucket}/k")) { Headers = { Range = new(5, 6) } };
        request.Headers.TryAddWithoutValidation("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=0");

        var answer = await http.SendAsync(request, Cancellation);

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestedRangeNotSatisfiable);
        answer.Content.Headers.ContentEncoding.ShouldBeEmpty();
        (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldContain("<Code>InvalidRange</Code>");
    }

    [Fact]
    public async Task Only_the_first_of_two_conditional_puts_creates()
    {
        await S3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "k", ContentBody = "first", IfNoneMatch = "*" }, Cancellation);

        await ShouldFail(() => S3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "k", ContentBody = "second", IfNoneMatch = "*" }, Cancellation), "PreconditionFailed", 412);
        (await Get("k")).ShouldBe("first");
    }

    [Fact]
    public async Task Of_many_conditional_puts_at_once_exactly_one_creates()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            try
            {
                await S3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "k", ContentBody = $"{i}", IfNoneMatch = "*" }, Cancellation);
                return $"{i}";
            }
            catch (AmazonS3Exception error) when (error.StatusCode is HttpStatusCode.PreconditionFailed)
            {
                return null;
            }
        }));

        (await Get("k")).ShouldBe(outcomes.Single(outcome => outcome is not null));
    }

    [Fact]
    public async Task A_put_that_names_an_etag_replaces_only_that()
    {
        var first = await Put("k", "first");
        await S3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "k", ContentBody = "second", IfMatch = first.ETag }, Cancellation);

        await ShouldFail(() => S3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "k", ContentBody = "third", IfMatch = first.ETag }, Cancellation), "PreconditionFailed", 412);
        await ShouldFail(() => S3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "none", ContentBody = "x", IfMatch = first.ETag }, Cancellation), "NoSuchKey", 404);
        (await Get("k")).ShouldBe("second");
    }

    [Fact]
    public async Task A_read_heeds_its_conditions()
    {
        var etag = (await Put("k")).ETag;

        await ShouldFail(() => S3.GetObjectAsync(new GetObjectRequest { BucketName = Bucket, Key = "k", EtagToMatch = "\"0\"" }, Cancellation), "PreconditionFailed", 412);
        (await Should.ThrowAsync<AmazonS3Exception>(() => S3.GetObjectAsync(
            new GetObjectRequest { BucketName = Bucket, Key = "k", EtagToNotMatch = etag }, Cancellation))).StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task A_delete_that_names_an_etag_removes_only_that()
    {
        await Put("k");

        await ShouldFail(() => S3.DeleteObjectAsync(new DeleteObjectRequest { BucketName = Bucket, Key = "k", IfMatch = "\"0\"" }, Cancellation), "PreconditionFailed", 412);
        (await Get("k")).ShouldBe("body");
    }

    [Fact]
    public async Task A_copy_keeps_or_replaces_the_metadata()
    {
        await S3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "from", ContentBody = "b", Metadata = { ["a"] = "1" }, TagSet = [new Tag { Key = "t", Value = "v" }] }, Cancellation);

        await S3.CopyObjectAsync(new CopyObjectRequest { SourceBucket = Bucket, SourceKey = "from", DestinationBucket = Bucket, DestinationKey = "kept" }, Cancellation);
        await S3.CopyObjectAsync(
            new CopyObjectRequest { SourceBucket = Bucket, SourceKey = "from", DestinationBucket = Bucket, DestinationKey = "new", MetadataDirective = S3MetadataDirective.REPLACE, Metadata = { ["a"] = "2" } },
            Cancellation);

        (await Get("kept")).ShouldBe("b");
        (await S3.GetObjectMetadataAsync(Bucket, "kept", Cancellation)).Metadata["a"].ShouldBe("1");
        (await S3.GetObjectMetadataAsync(Bucket, "new", Cancellation)).Metadata["a"].ShouldBe("2");
        (await S3.GetObjectTaggingAsync(new GetObjectTaggingRequest { BucketName = Bucket, Key = "kept" }, Cancellation)).Tagging.ShouldHaveSingleItem().Value.ShouldBe("v");
        await ShouldFail(() => S3.CopyObjectAsync(new CopyObjectRequest { SourceBucket = Bucket, SourceKey = "from", DestinationBucket = Bucket, DestinationKey = "from" }, Cancellation), "InvalidRequest", 400);
    }

    [Fact]
    public async Task Tags_in_a_header_differ_by_capitals_and_none_is_there_twice()
    {
        await PutAsync("A");
        await ShouldFail(() => PutAsync("a"), "InvalidArgument", 400);

        var tags = (await S3.GetObjectTaggingAsync(new GetObjectTaggingRequest { BucketName = Bucket, Key = "k" }, Cancellation)).Tagging;
        tags.Select(tag => (tag.Key, tag.Value)).ShouldBe([("a", "1 +&"), ("A", "2")], ignoreOrder: true);

        Task PutAsync(string other) => S3.PutObjectAsync(
            new PutObjectRequest { BucketName = Bucket, Key = "k", ContentBody = "b", TagSet = [new Tag { Key = "a", Value = "1 +&" }, new Tag { Key = other, Value = "2" }] }, Cancellation);
    }

    [Fact]
    public async Task An_archived_object_is_listed_but_cannot_be_read_or_copied()
    {
        await S3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "k", ContentBody = "b", StorageClass = S3StorageClass.Glacier }, Cancellation);

        await ShouldFail(() => Get("k"), "InvalidObjectState", 403);
        await ShouldFail(() => S3.CopyObjectAsync(Bucket, "k", Bucket, "copy", Cancellation), "InvalidObjectState", 403);
        (await S3.GetObjectMetadataAsync(Bucket, "k", Cancellation)).StorageClass.ShouldBe(S3StorageClass.Glacier);
        (await Versions()).ShouldHaveSingleItem().StorageClass.ShouldBe(S3StorageClass.Glacier);
    }

    [Fact]
    public async Task A_presigned_url_needs_no_headers()
    {
        await Put("k", "by url");
        using var http = new HttpClient();

        var url = await S3.GetPreSignedURLAsync(new GetPreSignedUrlRequest { BucketName = Bucket, Key = "k", Expires = TimeProvider.System.GetUtcNow().AddHours(1).UtcDateTime, Protocol = Protocol.HTTP });

        (await http.GetStringAsync(url, Cancellation)).ShouldBe("by url");
    }

    [Theory]
    [InlineData("X-Amz-Date=20200101T000000Z&X-Amz-Expires=60", HttpStatusCode.Forbidden, "<Code>AccessDenied</Code>")]
    [InlineData("X-Amz-Date=20200101T000000Z&X-Amz-Expires=604801", HttpStatusCode.BadRequest, "<Code>AuthorizationQueryParametersError</Code>")]
    [InlineData("X-Amz-Date=20200101T000000Z", HttpStatusCode.BadRequest, "<Code>AuthorizationQueryParametersError</Code>")]
    public async Task A_link_that_has_expired_or_never_does_is_refused_on_the_machines_clock(string life, HttpStatusCode status, string code)
    {
        await using var cloud = await Cloud.StartAsync(new CloudOptions(), Cancellation);
        using var http = new HttpClient { BaseAddress = cloud.Endpoint };

        using var answer = await http.GetAsync($"/bucket/key?X-Amz-Credential=test%2F20200101%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Signature=0&{life}", Cancellation);

        answer.StatusCode.ShouldBe(status);
        (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldContain(code);
    }

    [Fact]
    public async Task A_link_with_the_signature_of_old_is_refused_as_S3_does()
    {
        using var http = new HttpClient { BaseAddress = Cloud.Endpoint };

        using var answer = await http.GetAsync($"/{Bucket}/k?AWSAccessKeyId=test&Signature=0&Expires=9999999999", Cancellation);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldContain("<Code>InvalidRequest</Code>");
    }

    [Fact]
    public async Task An_object_that_has_not_changed_comes_without_the_checksum_of_a_body()
    {
        var etag = (await Put("k")).ETag;
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Cloud.Endpoint, $"{Bucket}/k"));
        request.Headers.TryAddWithoutValidation("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=0");
        request.Headers.TryAddWithoutValidation("x-amz-checksum-mode", "ENABLED");
        request.Headers.TryAddWithoutValidation("If-None-Match", etag);

        using var answer = await http.SendAsync(request, Cancellation);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        answer.Headers.Select(header => header.Key).ShouldNotContain(name => name.StartsWith("x-amz-checksum", StringComparison.OrdinalIgnoreCase));
        answer.Headers.ETag!.Tag.ShouldBe(etag);
    }

    [Fact]
    public async Task A_bucket_in_the_host_name_is_the_same_bucket()
    {
        await Put("a/b", "by host");
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Cloud.Endpoint, "a/b")) { Headers = { Host = $"{Bucket}.s3.eu-west-1.amazonaws.com" } };
        request.Headers.TryAddWithoutValidation("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=0");

        var answer = await http.SendAsync(request, Cancellation);

        (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldBe("by host");
    }

    [Fact]
    public async Task Presigned_urls_put_read_a_version_and_rename_it_for_the_browser()
    {
        await Versioning(VersionStatus.Enabled);
        using var http = new HttpClient();
        var put = await UrlAsync(request => request.Verb = HttpVerb.PUT);
        (await http.PutAsync(put, new StringContent("first"), Cancellation)).EnsureSuccessStatusCode();
        await Put("k", "second");
        var version = (await Versions())[1].VersionId;

        using var answer = await http.GetAsync(await UrlAsync(request =>
        {
            request.VersionId = version;
            request.ResponseHeaderOverrides.ContentDisposition = "attachment; filename=letter.txt";
        }), Cancellation);

        (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldBe("first");
        answer.Content.Headers.ContentDisposition!.FileName.ShouldBe("letter.txt");

        Task<string> UrlAsync(Action<GetPreSignedUrlRequest> change)
        {
            var request = new GetPreSignedUrlRequest { BucketName = Bucket, Key = "k", Expires = TimeProvider.System.GetUtcNow().AddHours(1).UtcDateTime, Protocol = Protocol.HTTP };
            change(request);
            return S3.GetPreSignedURLAsync(request);
        }
    }

    [Theory]
    [InlineData("eleven", "BadRequest")]
    [InlineData("twice", "InvalidTag")]
    [InlineData("long key", "InvalidTag")]
    [InlineData("long value", "InvalidTag")]
    [InlineData("no key", "InvalidTag")]
    public async Task Tags_beyond_what_S3_takes_are_refused_and_change_nothing(string what, string code)
    {
        await S3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "k", ContentBody = "b", TagSet = [new Tag { Key = "kept", Value = "1" }] }, Cancellation);
        List<Tag> tags = what switch
        {
            "eleven" => [.. Enumerable.Range(0, 11).Select(number => new Tag { Key = $"t{number}", Value = "" })],
            "twice" => [new Tag { Key = "same", Value = "1" }, new Tag { Key = "same", Value = "2" }],
            "long key" => [new Tag { Key = new string('k', 129), Value = "" }],
            "long value" => [new Tag { Key = "k", Value = new string('v', 257) }],
            _ => [new Tag { Key = "", Value = "v" }],
        };

        await ShouldFail(() => S3.PutObjectTaggingAsync(new PutObjectTaggingRequest { BucketName = Bucket, Key = "k", Tagging = new Tagging { TagSet = tags } }, Cancellation), code, 400);

        (await S3.GetObjectTaggingAsync(new GetObjectTaggingRequest { BucketName = Bucket, Key = "k" }, Cancellation)).Tagging.ShouldHaveSingleItem().Key.ShouldBe("kept");
    }

    [Fact]
    public async Task Tags_belong_to_a_version()
    {
        await Versioning(VersionStatus.Enabled);
        var first = (await Put("k", "1")).VersionId;
        await Put("k", "2");
        await S3.PutObjectTaggingAsync(
            new PutObjectTaggingRequest { BucketName = Bucket, Key = "k", VersionId = first, Tagging = new Tagging { TagSet = [new Tag { Key = "a", Value = "1" }] } }, Cancellation);

        (await TagsAsync(first)).ShouldHaveSingleItem().Value.ShouldBe("1");
        (await TagsAsync(null)).ShouldBeEmpty();

        async Task<List<Tag>> TagsAsync(string? version) =>
            (await S3.GetObjectTaggingAsync(new GetObjectTaggingRequest { BucketName = Bucket, Key = "k", VersionId = version }, Cancellation)).Tagging ?? [];
    }

    [Fact]
    public async Task The_tags_of_an_object_are_replaced_and_removed()
    {
        await Put("k");
        await S3.PutObjectTaggingAsync(new PutObjectTaggingRequest { BucketName = Bucket, Key = "k", Tagging = new Tagging { TagSet = [new Tag { Key = "a", Value = "1" }] } }, Cancellation);
        (await Tags()).ShouldHaveSingleItem().Key.ShouldBe("a");

        await S3.DeleteObjectTaggingAsync(new DeleteObjectTaggingRequest { BucketName = Bucket, Key = "k" }, Cancellation);
        (await Tags()).ShouldBeEmpty();

        async Task<List<Tag>> Tags() => (await S3.GetObjectTaggingAsync(new GetObjectTaggingRequest { BucketName = Bucket, Key = "k" }, Cancellation)).Tagging ?? [];
    }

    [Fact]
    public async Task What_is_not_there_says_so_by_name_and_never_with_200()
    {
        await Put("k");

        (await ShouldFail(() => S3.RestoreObjectAsync(Bucket, "k", Cancellation), "NotImplemented", 501)).Message.ShouldContain("restore");
        (await ShouldFail(() => S3.GetBucketAclAsync(new GetBucketAclRequest { BucketName = Bucket }, Cancellation), "NotImplemented", 501)).Message.ShouldContain("acl");
        (await ShouldFail(
            () => S3.GetObjectAsync(new GetObjectRequest { BucketName = Bucket, Key = "k", ServerSideEncryptionCustomerMethod = ServerSideEncryptionCustomerMethod.AES256, ServerSideEncryptionCustomerProvidedKey = Convert.ToBase64String(new byte[32]) }, Cancellation),
            "NotImplemented",
            501)).Message.ShouldContain("x-amz-server-side-encryption-customer-algorithm");
    }
}
