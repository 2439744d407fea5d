using System.Net;
using System.Text.RegularExpressions;
using Amazon.S3;
using Amazon.S3.Model;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Runtime;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Datastores.S3;

public partial class S3DatastoreTests
{
    /// <summary>Of <see cref="ITestDatastore.Personal"/>: S3 wants a digest of what is put under a lock.</summary>
    private const string BodyMd5 = "C+WmyCiT7KqLspvTaDHkVw==";

    private readonly Faults faults = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task More_than_a_thousand_versions_and_markers_are_erased()
    {
        await using var bucket = await CreateAsync(Versioning.Enabled);
        await Parallel.ForEachAsync(Enumerable.Range(0, 600), Cancellation, async (number, _) =>
        {
            await bucket.PutAsync($"customers/1/{number / 2}", "1");
            if (number % 2 == 1) await bucket.Client.DeleteObjectAsync(bucket.Name, $"customers/1/{number / 2}", Cancellation);
        });
        await Parallel.ForEachAsync(Enumerable.Range(0, 300), Cancellation, async (_, _) => await bucket.PutAsync("customers/1/often", "1"));
        await bucket.Client.DeleteObjectAsync(bucket.Name, "customers/1/often", Cancellation);
        await bucket.PutAsync("customers/10/x", "10");

        var step = await bucket.Open().EraseAsync(Subjects.Of("1"), null, Cancellation);

        (step.Found, step.Erased, step.Resume).ShouldBe((1_201, 1_201, null));
        (await bucket.ReadAllAsync()).ShouldHaveSingleItem().Owner.ShouldBe("10");
    }

    [Theory]
    [InlineData("GLACIER")]
    [InlineData("DEEP_ARCHIVE")]
    public async Task Archived_versions_are_erased_as_they_are(string storageClass)
    {
        if ((await StoreAsync()).WithoutStorageClasses is { } reason) Assert.Skip(reason);
        await using var bucket = await CreateAsync(Versioning.Enabled);
        foreach (var person in new[] { "1", "10" })
            await bucket.Client.PutObjectAsync(
                new PutObjectRequest { BucketName = bucket.Name, Key = $"customers/{person}/scan", ContentBody = person, StorageClass = storageClass }, Cancellation);
        await bucket.Client.DeleteObjectAsync(bucket.Name, "customers/1/scan", Cancellation);

        (await bucket.Open().EraseAsync(Subjects.Of("1"), null, Cancellation)).Erased.ShouldBe(2);

        (await bucket.Open().VerifyAsync(Subjects.Of("1"), null, Cancellation)).Found.ShouldBe(0);
        (await bucket.ReadAllAsync()).ShouldHaveSingleItem().Owner.ShouldBe("10");
    }

    [Fact]
    public async Task An_exact_key_leaves_longer_keys_alone()
    {
        await using var bucket = await CreateAsync(Versioning.Enabled, "customers/{customer_id}/avatar");
        foreach (var key in new[] { "customers/1/avatar", "customers/1/avatar", "customers/1/avatar.old", "customers/1/avatar/2", "customers/1/avata", "customers/10/avatar" })
            await bucket.PutAsync(key, "1");

        var step = await bucket.Open().EraseAsync(Subjects.Of("1"), null, Cancellation);

        step.Erased.ShouldBe(2);
        (await bucket.ReadAllAsync()).Select(record => record.Name.Split('@')[0])
            .ShouldBe(["customers/1/avata", "customers/1/avatar.old", "customers/1/avatar/2", "customers/10/avatar"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a+b")]
    [InlineData("100%25")]
    [InlineData("é/ü/\U0001F600")]
    [InlineData("<&>\"'")]
    [InlineData("a\u0001b")]
    [InlineData("a\nb\rc\td")]
    [InlineData("../..//x/./y")]
    public async Task Keys_that_need_encoding_are_erased(string key)
    {
        await using var bucket = await CreateAsync(Versioning.Enabled);
        await bucket.PutAsync("customers/1/plain", "1");
        await bucket.PutAsync($"customers/1/{key}", "1");

        (await bucket.Open().VerifyAsync(Subjects.Of("1"), null, Cancellation)).Remaining.ShouldBe(2);
        (await bucket.Open().EraseAsync(Subjects.Of("1"), null, Cancellation)).Erased.ShouldBe(2);
        (await bucket.Open().VerifyAsync(Subjects.Of("1"), null, Cancellation)).Found.ShouldBe(0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task Locked_and_held_versions_are_exempt_until_they_may_go_and_stay_hidden_till_then(int pageEntries)
    {
        await using var bucket = await CreateAsync(Versioning.Enabled, locks: true, pageEntries: pageEntries);
        var until = bucket.Time.GetUtcNow().UtcDateTime.Date.AddDays(5);
        await bucket.PutAsync("customers/1/free", "1");
        await LockAsync(bucket, "customers/1/locked", until);
        await bucket.PutAsync("customers/1/locked", "1");
        await bucket.Client.DeleteObjectAsync(bucket.Name, "customers/1/locked", Cancellation);
        await HoldAsync(bucket, "customers/1/held");

        var erased = await bucket.Open().EraseAsync(Subjects.Of("1"), null, Cancellation);
        var verified = await bucket.Open().VerifyAsync(Subjects.Of("1"), null, Cancellation);

        (erased.Erased, erased.Remaining, erased.Exempt).ShouldBe((2, 0, 3));
        erased.ExemptUntil.ShouldBe(new DateTimeOffset(until, TimeSpan.Zero));
        (verified.Found, verified.Remaining, verified.Exempt, verified.ExemptUntil).ShouldBe((3, 0, 3, erased.ExemptUntil));
        (await Should.ThrowAsync<AmazonS3Exception>(() => bucket.Client.GetObjectAsync(bucket.Name, "customers/1/locked", Cancellation))).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        await ReleaseAsync(bucket);
        (await bucket.Open().EraseAsync(Subjects.Of("1"), null, Cancellation)).Erased.ShouldBe(1);
        (await bucket.ReadAllAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_denied_deletion_without_a_lock_is_denied_access_and_not_an_exemption()
    {
        await using var bucket = await CreateAsync(Versioning.Enabled);
        await bucket.PutAsync("customers/1/x", "1");
        faults.Before = async (_, request) => request.Method == HttpMethod.Post ? await RefuseAsync(request, "AccessDenied") : null;

        await Should.ThrowAsync<DatastoreAccessDenied>(() => bucket.Open().EraseAsync(Subjects.Of("1"), null, Cancellation));
    }

    [Fact]
    public async Task Partial_errors_are_tried_again()
    {
        await using var bucket = await CreateAsync(Versioning.Enabled);
        await bucket.SeedAsync("1", 9);
        var refusals = 0;
        faults.Before = async (_, request) => request.Method == HttpMethod.Post && Interlocked.Increment(ref refusals) <= 3 ? await RefuseAsync(request, "InternalError") : null;

        var step = await bucket.Open().EraseAsync(Subjects.Of("1"), null, Cancellation);

        (step.Erased, step.Remaining).ShouldBe((9, 0));
        bucket.Time.Waited.ShouldBeGreaterThan(TimeSpan.Zero);
    }

    [Fact]
    public async Task Errors_that_stay_leave_remaining_records_and_erase_the_others()
    {
        await using var bucket = await CreateAsync(Versioning.Never);
        await bucket.SeedAsync("1", 3);
        await bucket.PutAsync("customers/1/stuck", "1");
        faults.After = async (_, request, answer) =>
        {
            if (request.Method != HttpMethod.Post) return answer;
            await bucket.PutAsync("customers/1/stuck", "1");
            return await RefuseAsync(request, "InternalError", "customers/1/stuck");
        };

        var step = await bucket.Open().EraseAsync(Subjects.Of("1"), null, Cancellation);

        (step.Found, step.Erased, step.Remaining, step.Resume).ShouldBe((4, 3, 1, null));
    }

    [Fact]
    public async Task Incomplete_uploads_are_aborted()
    {
        await using var bucket = await CreateAsync(Versioning.Enabled);
        await BeginUploadAsync(bucket, "customers/1/video");
        await BeginUploadAsync(bucket, "customers/1/video");
        await BeginUploadAsync(bucket, "customers/10/video");

        var counted = await bucket.Open().VerifyAsync(Subjects.Of("1"), null, Cancellation);
        var erased = await bucket.Open().EraseAsync(Subjects.Of("1"), null, Cancellation);

        (counted.Remaining, erased.Erased).ShouldBe((2, 2));
        (await bucket.Client.ListMultipartUploadsAsync(bucket.Name, Cancellation)).MultipartUploads.ShouldHaveSingleItem().Key.ShouldBe("customers/10/video");
    }

    [Theory]
    [InlineData("SlowDown", 503, typeof(DatastoreThrottled))]
    [InlineData("InternalError", 500, typeof(DatastoreUnavailable))]
    [InlineData("AccessDenied", 403, typeof(DatastoreAccessDenied))]
    [InlineData("NoSuchBucket", 404, typeof(DatastoreNotFound))]
    [InlineData("InvalidRequest", 400, typeof(DatastoreRejected))]
    public async Task An_error_that_stays_is_named_by_its_family_and_never_quotes_the_service(string code, int status, Type failure)
    {
        await using var bucket = await CreateAsync(Versioning.Never);
        faults.Before = (_, _) => Task.FromResult<HttpResponseMessage?>(Faults.S3Error(code, (HttpStatusCode)status));

        var error = await Should.ThrowAsync(() => bucket.Open().EraseAsync(Subjects.Of("1"), null, Cancellation), failure);

        error.GetType().ShouldBe(failure);
        error.ToString().ShouldNotContain("secret-key");
        (error is TransientFailure).ShouldBe(status >= 500);
    }

    [Fact]
    public async Task A_list_of_what_was_not_asked_for_is_no_proof()
    {
        await using var bucket = await CreateAsync(Versioning.Never);
        await bucket.SeedAsync("1", 1);
        faults.After = async (_, _, answer) =>
        {
            var body = await answer.Content.ReadAsStringAsync(Cancellation);
            answer.Content = new StringContent(body.Replace("<EncodingType>url</EncodingType>", "", StringComparison.Ordinal).Replace("customers", "c%75stomers", StringComparison.Ordinal));
            return answer;
        };

        await Should.ThrowAsync<DatastoreRejected>(() => bucket.Open().VerifyAsync(Subjects.Of("1"), null, Cancellation));
    }

    private protected virtual Task<S3Store> StoreAsync() => S3Server.StoreAsync();

    private async Task<TestBucket> CreateAsync(Versioning versioning, string template = "customers/{customer_id}/", bool locks = false, int pageEntries = 1000) =>
        await TestBucket.CreateAsync(await StoreAsync(), versioning, faults, template, locks, pageEntries);

    private static Task<PutObjectResponse> LockAsync(TestBucket bucket, string key, DateTime until) => bucket.Client.PutObjectAsync(
        new PutObjectRequest
        {
            BucketName = bucket.Name,
            Key = key,
            ContentBody = ITestDatastore.Personal,
            MD5Digest = BodyMd5,
            ObjectLockMode = ObjectLockMode.Governance,
            ObjectLockRetainUntilDate = until,
        },
        Cancellation);

    private static Task<PutObjectResponse> HoldAsync(TestBucket bucket, string key) => bucket.Client.PutObjectAsync(
        new PutObjectRequest
        {
            BucketName = bucket.Name,
            Key = key,
            ContentBody = ITestDatastore.Personal,
            MD5Digest = BodyMd5,
            ObjectLockLegalHoldStatus = ObjectLockLegalHoldStatus.On,
        },
        Cancellation);

    private static Task<PutObjectLegalHoldResponse> ReleaseAsync(TestBucket bucket) => bucket.Client.PutObjectLegalHoldAsync(
        new PutObjectLegalHoldRequest { BucketName = bucket.Name, Key = "customers/1/held", LegalHold = new ObjectLockLegalHold { Status = ObjectLockLegalHoldStatus.Off } },
        Cancellation);

    private static async Task BeginUploadAsync(TestBucket bucket, string key)
    {
        var upload = await bucket.Client.InitiateMultipartUploadAsync(bucket.Name, key, Cancellation);
        await bucket.Client.UploadPartAsync(
            new UploadPartRequest { BucketName = bucket.Name, Key = key, UploadId = upload.UploadId, PartNumber = 1, InputStream = new MemoryStream(new byte[10]) }, Cancellation);
    }

    /// <summary>An answer to DeleteObjects that refuses each object, or one.</summary>
    private static async Task<HttpResponseMessage> RefuseAsync(HttpRequestMessage request, string code, string? only = null)
    {
        var body = await request.Content!.ReadAsStringAsync(Cancellation);
        var errors = ObjectInBody().Matches(body).Where(match => only is null || match.Groups["key"].Value == only)
            .Select(match => $"<Error><Key>{match.Groups["key"].Value}</Key><VersionId>{match.Groups["version"].Value}</VersionId><Code>{code}</Code><Message>m</Message></Error>");
        return new HttpResponseMessage(HttpStatusCode.OK)
        {
            RequestMessage = request,
            Content = new StringContent($"<?xml version=\"1.0\" encoding=\"UTF-8\"?><DeleteResult>{string.Concat(errors)}</DeleteResult>"),
        };
    }

    [GeneratedRegex("<Object>.*?<Key>(?<key>.*?)</Key>.*?<VersionId>(?<version>.*?)</VersionId>.*?</Object>", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ObjectInBody();
}
