using System.Net;
using System.Text;
using Amazon.S3.Model;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Vault;
using ServerlessGdpr.Tests.Exports;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Datastores.S3;

public sealed class S3ExportTests
{
    private const int Mebibyte = 1024 * 1024;
    private readonly Faults faults = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_record_says_what_S3_knows_of_a_version_and_its_content_is_a_file()
    {
        await using var bucket = await TestBucket.CreateAsync(await S3Server.StoreAsync(), Versioning.Enabled, faults);
        var put = new PutObjectRequest { BucketName = bucket.Name, Key = "customers/1/2026/letter.html", ContentBody = "<p>", ContentType = "text/html" };
        put.Metadata["purpose"] = "claim";
        put.Metadata["case"] = "17";
        var version = (await bucket.Client.PutObjectAsync(put, Cancellation)).VersionId;
        await bucket.Client.DeleteObjectAsync(bucket.Name, "customers/1/2026/letter.html", Cancellation);
        await bucket.Client.InitiateMultipartUploadAsync(bucket.Name, "customers/1/unfinished", Cancellation);

        var record = (await ExportAsync(bucket)).ShouldHaveSingleItem();

        record.Data.Remove("lastModified", out var lastModified).ShouldBeTrue();
        DateTimeOffset.Parse(lastModified!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture).ShouldBe(TimeProvider.System.GetUtcNow(), TimeSpan.FromHours(1));
        record.Data.ToJsonString().ShouldBe(
            $$$"""{"key":"customers/1/2026/letter.html","version":"{{{version}}}","size":3,"contentType":"text/html","isLatest":false,"metadata":{"case":"17","purpose":"claim"}}""");
        (record.File!.Name, record.File.ContentType, Encoding.UTF8.GetString(record.Content!)).ShouldBe(("letter.html", "text/html", "<p>"));
    }

    [Theory]
    [InlineData("a b", "a b")]
    [InlineData("100%25", "100%25")]
    [InlineData("é/ü/\U0001F600", "\U0001F600")]
    [InlineData("<&>\"'", "<&>\"'")]
    [InlineData("a\nb\rc\td", "a\nb\rc\td")]
    [InlineData("folder/", "folder")]
    [InlineData("../..//x/./y", "y")]
    public async Task Keys_that_need_encoding_are_exported(string key, string name)
    {
        await using var bucket = await TestBucket.CreateAsync(await S3Server.StoreAsync(), Versioning.Enabled, faults);
        await bucket.PutAsync($"customers/1/{key}", "1");

        var record = (await ExportAsync(bucket)).ShouldHaveSingleItem();

        (record.Data["key"]!.GetValue<string>(), record.File!.Name).ShouldBe(($"customers/1/{key}", name));
    }

    [Fact]
    public async Task A_version_that_is_deleted_meanwhile_is_left_out()
    {
        await using var bucket = await TestBucket.CreateAsync(await S3Server.StoreAsync(), Versioning.Enabled, faults);
        foreach (var name in new[] { "a", "b", "c" }) await bucket.PutAsync($"customers/1/{name}", "1");
        faults.Before = async (_, request) =>
        {
            if (request.RequestUri!.AbsolutePath.EndsWith("/b", StringComparison.Ordinal))
            {
                var versions = await bucket.Client.ListVersionsAsync(bucket.Name, "customers/1/b", Cancellation);
                foreach (var version in versions.Versions ?? []) await bucket.Client.DeleteObjectAsync(bucket.Name, version.Key, version.VersionId, Cancellation);
            }

            return null;
        };

        (await ExportAsync(bucket, keepFaults: true)).Select(record => record.File!.Name).ShouldBe(["a", "c"]);
    }

    [Fact]
    public async Task An_archived_object_is_for_an_operator()
    {
        await using var bucket = await TestBucket.CreateAsync(await S3Server.StoreAsync(), Versioning.Never, faults);
        await bucket.PutAsync("customers/1/a", "1");
        await bucket.Client.PutObjectAsync(
            new PutObjectRequest { BucketName = bucket.Name, Key = "customers/1/b", ContentBody = "b", StorageClass = "GLACIER" }, Cancellation);

        (await Should.ThrowAsync<DatastoreRejected>(() => ExportAsync(bucket))).ShouldBeAssignableTo<PermanentFailure>();
    }

    [Fact]
    public async Task What_lies_under_two_keys_of_a_person_is_exported_once()
    {
        await using var bucket = await TestBucket.CreateAsync(await S3Server.StoreAsync(), Versioning.Enabled, faults);
        foreach (var key in new[] { "customers/1/a", "customers/1/ada/b", "customers/2/c" }) await bucket.PutAsync(key, "1");
        var nested = bucket.Entry with
        {
            Keys = [new KeyMapping { IdentityType = "email", KeyTemplate = "customers/1/{email}/" }, .. bucket.Entry.Keys],
        };
        await using var run = await ExportRun.StartAsync(nested, () => bucket.Open(), faults, ExportRun.Person("1"), new Identity("email", "ada", "raw"));
        var records = await run.ReadAsync(await run.InvokeAsync());

        records.Select(record => record.Data["key"]!.GetValue<string>()).ShouldBe(["customers/1/a", "customers/1/ada/b"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    public async Task Content_that_breaks_off_is_read_again_and_numbers_of_files_have_no_gaps(int breaks)
    {
        await using var bucket = await TestBucket.CreateAsync(await S3Server.StoreAsync(), Versioning.Never, faults);
        for (var number = 0; number < 20; number++) await bucket.PutAsync($"customers/1/{number:d2}", "1");
        await using var run = await ExportRun.StartAsync(bucket.Entry, () => bucket.Open(), new Faults(), ExportRun.Person("1"));
        var broken = 0;
        faults.After = (_, request, answer) =>
        {
            if (request.RequestUri!.AbsolutePath.EndsWith("/07", StringComparison.Ordinal) && Interlocked.Increment(ref broken) <= breaks)
            {
                var content = new StreamContent(new BrokenStream());
                foreach (var header in answer.Content.Headers) content.Headers.TryAddWithoutValidation(header.Key, header.Value);
                answer.Content = content;
            }

            return Task.FromResult(answer);
        };

        var answer = await run.InvokeAsync();
        while (answer.Continuation is { } continuation)
        {
            try
            {
                answer = await run.InvokeAsync(continuation);
            }
            catch (TransientFailure)
            {
                broken.ShouldBeLessThanOrEqualTo(breaks, "the workflow tries again");
            }
        }

        (await run.ReadAsync(answer)).Select(record => record.File!.Name).ShouldBe(Enumerable.Range(0, 20).Select(number => $"{number:d2}"));
        broken.ShouldBe(breaks + 1);
    }

    [Fact]
    public async Task A_large_file_goes_through_little_memory()
    {
        await using var bucket = await TestBucket.CreateAsync(await S3Server.StoreAsync(), Versioning.Never, faults);
        await bucket.PutAsync("customers/1/film", "1");
        var exports = new Faults();
        await using var run = await ExportRun.StartAsync(bucket.Entry, () => bucket.Open(), exports, ExportRun.Person("1"));
        using var film = new LargeStream(100L * Mebibyte);
        long received = 0, most = 0;
        faults.After = (_, request, answer) =>
        {
            if (request.RequestUri!.AbsolutePath.EndsWith("/film", StringComparison.Ordinal)) answer.Content = new StreamContent(film);
            return Task.FromResult(answer);
        };
        exports.Before = async (_, request) =>
        {
            if (!request.RequestUri!.Query.Contains("partNumber", StringComparison.Ordinal)) return null;
            Interlocked.Add(ref received, (await request.Content!.ReadAsByteArrayAsync(Cancellation)).Length);
            most = Math.Max(most, film.Taken - received);
            var answer = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("") };
            answer.Headers.TryAddWithoutValidation("ETag", "\"0\"");
            return answer;
        };
        exports.After = (_, request, answer) => Task.FromResult(request.Method == HttpMethod.Post && request.RequestUri!.Query.Contains("uploadId=", StringComparison.Ordinal)
            ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>") }
            : answer);

        var answer = await run.InvokeAsync();

        (answer.Outcome, answer.Files).ShouldBe((Outcomes.Exported, 1));
        received.ShouldBeGreaterThanOrEqualTo(100L * Mebibyte, "with the signatures of its pieces");
        most.ShouldBeLessThan(20L * Mebibyte);
    }

    private async Task<IReadOnlyList<ExportedRecordAndFile>> ExportAsync(TestBucket bucket, bool keepFaults = false)
    {
        var sink = new MemorySink();
        if (!keepFaults) faults.Reset();
        (await bucket.Open().ExportAsync(Subjects.Of("1"), null, sink, Cancellation)).Resume.ShouldBeNull();
        return sink.Records;
    }

    private sealed class BrokenStream : Stream
    {
        private bool begun;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (begun) throw new IOException("secret-key");
            begun = true;
            return 1;
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();
    }

    private sealed class LargeStream(long length) : Stream
    {
        private long read;

        public long Taken => Interlocked.Read(ref read);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var piece = (int)Math.Min(buffer.Length, length - read);
            Interlocked.Add(ref read, piece);
            return ValueTask.FromResult(piece);
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();
    }
}
