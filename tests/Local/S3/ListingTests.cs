using Amazon.S3;
using Amazon.S3.Model;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.S3;

public sealed class ListingTests : S3Test
{
    [Fact]
    public async Task Keys_are_listed_in_the_order_of_their_bytes()
    {
        string[] keys = ["\U0001F600", "é", "b", "a/b", "a", "B", "a b", "\uFB01"];
        foreach (var key in keys) await Put(key);

        (await Current()).ShouldBe(["B", "a", "a b", "a/b", "b", "é", "\uFB01", "\U0001F600"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task Pages_put_together_are_the_whole_listing(int size)
    {
        string[] keys = ["a", "b/1", "b/2", "c", "d/1", "d/2", "e"];
        foreach (var key in keys) await Put(key);
        var (found, prefixes) = (new List<string>(), new List<string>());

        await foreach (var page in S3.Paginators.ListObjectsV2(new ListObjectsV2Request { BucketName = Bucket, Delimiter = "/", MaxKeys = size }).Responses.WithCancellation(Cancellation))
        {
            page.KeyCount.ShouldBe(Math.Min(size, (page.S3Objects?.Count ?? 0) + (page.CommonPrefixes?.Count ?? 0)));
            found.AddRange((page.S3Objects ?? []).Select(item => item.Key));
            prefixes.AddRange(page.CommonPrefixes ?? []);
        }

        found.ShouldBe(["a", "c", "e"]);
        prefixes.ShouldBe(["b/", "d/"]);
    }

    [Fact]
    public async Task The_first_version_of_the_listing_pages_by_marker()
    {
        string[] keys = ["a", "b", "c"];
        foreach (var key in keys) await Put(key);

        var first = await S3.ListObjectsAsync(new ListObjectsRequest { BucketName = Bucket, MaxKeys = 2 }, Cancellation);
        var rest = await S3.ListObjectsAsync(new ListObjectsRequest { BucketName = Bucket, Marker = "b" }, Cancellation);

        (first.IsTruncated, first.S3Objects.Count).ShouldBe((true, 2));
        rest.S3Objects.ShouldHaveSingleItem().Key.ShouldBe("c");
    }

    [Fact]
    public async Task A_listing_can_start_after_a_key_and_keep_to_a_prefix()
    {
        string[] keys = ["p/1", "p/2", "p/3", "q/1"];
        foreach (var key in keys) await Put(key);

        var page = await S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket, Prefix = "p/", StartAfter = "p/1" }, Cancellation);

        page.S3Objects.Select(item => item.Key).ShouldBe(["p/2", "p/3"]);
    }

    [Fact]
    public async Task Characters_that_xml_cannot_hold_travel_when_they_are_encoded()
    {
        await Put("a\u0001b +/é");

        var page = await S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket, Encoding = EncodingType.Url }, Cancellation);

        Uri.UnescapeDataString(page.S3Objects.ShouldHaveSingleItem().Key).ShouldBe("a\u0001b +/é");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public async Task Pages_of_versions_put_together_are_the_whole_listing(int size)
    {
        await MakeVersions();
        var whole = (await Versions()).Select(Shown).ToList();

        var paged = new List<string>();
        await foreach (var page in S3.Paginators.ListVersions(new ListVersionsRequest { BucketName = Bucket, MaxKeys = size }).Responses.WithCancellation(Cancellation))
        {
            page.Versions.Count.ShouldBeLessThanOrEqualTo(size);
            paged.AddRange(page.Versions.Select(Shown));
        }

        whole.Count.ShouldBe(7);
        paged.ShouldBe(whole);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Deleting_each_page_before_the_next_is_asked_for_leaves_nothing(int size)
    {
        await MakeVersions();
        ListVersionsResponse page;
        string? key = null, version = null;
        do
        {
            page = await S3.ListVersionsAsync(new ListVersionsRequest { BucketName = Bucket, MaxKeys = size, KeyMarker = key, VersionIdMarker = version }, Cancellation);
            foreach (var item in page.Versions ?? []) await Delete(item.Key, item.VersionId);
            (key, version) = (page.NextKeyMarker, page.NextVersionIdMarker);
        }
        while (page.IsTruncated is true);

        (await Versions()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Versions_under_a_delimiter_roll_up_and_page_on()
    {
        await MakeVersions();
        await Put("k/x");
        await Put("k/y");

        var first = await S3.ListVersionsAsync(new ListVersionsRequest { BucketName = Bucket, Delimiter = "/", Prefix = "k", MaxKeys = 4 }, Cancellation);
        first.IsTruncated.ShouldBe(true);
        first.CommonPrefixes.ShouldBeNull();
        var second = await S3.ListVersionsAsync(
            new ListVersionsRequest { BucketName = Bucket, Delimiter = "/", Prefix = "k", KeyMarker = first.NextKeyMarker, VersionIdMarker = first.NextVersionIdMarker, MaxKeys = 1 }, Cancellation);
        second.CommonPrefixes.ShouldBe(["k/"]);
        var third = await S3.ListVersionsAsync(
            new ListVersionsRequest { BucketName = Bucket, Delimiter = "/", Prefix = "k", KeyMarker = second.NextKeyMarker, VersionIdMarker = second.NextVersionIdMarker }, Cancellation);

        third.Versions.Select(item => item.Key).ShouldBe(["kk", "kk", "kk"]);
        third.CommonPrefixes.ShouldBeNull();
    }

    [Fact]
    public async Task A_page_never_holds_more_than_a_thousand_and_may_end_within_the_versions_of_a_key()
    {
        await Versioning(VersionStatus.Enabled);
        await Parallel.ForAsync(0, 201, Cancellation, async (i, _) =>
        {
            for (var version = 0; version < 4; version++) await Put($"{i:000}", $"{version}");
            await Delete($"{i:000}");
        });

        var first = await S3.ListVersionsAsync(new ListVersionsRequest { BucketName = Bucket, MaxKeys = 5000 }, Cancellation);
        var second = await S3.ListVersionsAsync(new ListVersionsRequest { BucketName = Bucket, KeyMarker = first.NextKeyMarker, VersionIdMarker = first.NextVersionIdMarker }, Cancellation);
        var within = await S3.ListVersionsAsync(new ListVersionsRequest { BucketName = Bucket, KeyMarker = "199", VersionIdMarker = first.Versions[996].VersionId }, Cancellation);

        (first.Versions.Count, first.IsTruncated).ShouldBe((1000, true));
        (second.Versions.Count, second.IsTruncated).ShouldBe((5, false));
        first.Versions.Concat(second.Versions).Select(version => (version.Key, version.IsDeleteMarker == true, version.IsLatest == true))
            .ShouldBe(Enumerable.Range(0, 201).SelectMany(i => Enumerable.Range(0, 5).Select(version => ($"{i:000}", version == 0, version == 0))));
        within.Versions.Select(Shown).ShouldBe([.. first.Versions.Skip(997).Select(Shown), .. second.Versions.Select(Shown)]);
    }

    [Fact]
    public async Task Uploads_of_a_key_are_paged_by_their_ids()
    {
        await Parallel.ForAsync(0, 25, Cancellation, async (i, _) => await S3.InitiateMultipartUploadAsync(Bucket, $"u{i % 9}", Cancellation));
        var found = new List<string>();
        ListMultipartUploadsResponse? page = null;
        do
        {
            page = await S3.ListMultipartUploadsAsync(
                new ListMultipartUploadsRequest { BucketName = Bucket, MaxUploads = 4, KeyMarker = page?.NextKeyMarker, UploadIdMarker = page?.NextUploadIdMarker }, Cancellation);
            page.MultipartUploads.Count.ShouldBeLessThanOrEqualTo(4);
            found.AddRange(page.MultipartUploads.Select(upload => upload.UploadId));
        }
        while (page.IsTruncated == true);

        found.Distinct().Count().ShouldBe(25);
        found.Count.ShouldBe(25);
    }

    [Fact]
    public async Task A_version_marker_needs_a_key_marker()
    {
        await ShouldFail(() => S3.ListVersionsAsync(new ListVersionsRequest { BucketName = Bucket, VersionIdMarker = "null" }, Cancellation), "InvalidArgument", 400);
    }

    private static string Shown(S3ObjectVersion version) => $"{version.Key} {version.VersionId} {version.IsDeleteMarker} {version.IsLatest}";

    /// <summary>Four of k, the oldest null and the newest a marker, and three of kk.</summary>
    private async Task MakeVersions()
    {
        await Put("k", "null");
        await Versioning(VersionStatus.Enabled);
        await Put("k", "1");
        await Put("k", "2");
        await Delete("k");
        await Delete("kk");
        await Put("kk", "1");
        await Put("kk", "2");
    }

    private async Task<IEnumerable<string>> Current() =>
        (await S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket }, Cancellation)).S3Objects.Select(item => item.Key);
}
