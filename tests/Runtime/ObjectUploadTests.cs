using System.Net;
using Amazon.S3;
using ServerlessGdpr.Functions.Runtime.Aws;
using ServerlessGdpr.Tests.Datastores;
using ServerlessGdpr.Tests.Datastores.S3;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Runtime;

public sealed class ObjectUploadTests : IAsyncLifetime
{
    private const int Mebibyte = 1024 * 1024;
    private readonly Faults faults = new();
    private readonly string bucket = $"b{Guid.NewGuid():n}";
    private AmazonS3Client client = null!;
    private AmazonS3Client faulty = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ObjectUpload Uploads => new(faulty, bucket);

    public async ValueTask InitializeAsync()
    {
        var store = await S3Server.StoreAsync();
        client = store.Client();
        faulty = store.Client(faults);
        await client.PutBucketAsync(bucket, Cancellation);
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        faulty.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    [InlineData(8 * Mebibyte)]
    [InlineData((8 * Mebibyte) + 1)]
    [InlineData(21_000_001)]
    public async Task What_is_written_is_what_the_object_holds(int size)
    {
        var content = new byte[size];
        new Random(size).NextBytes(content);

        await Uploads.WriteAsync("x/1", "application/json", stream => WriteInPiecesAsync(stream, content), Cancellation);

        using var answer = await client.GetObjectAsync(bucket, "x/1", Cancellation);
        using var read = new MemoryStream();
        await answer.ResponseStream.CopyToAsync(read, Cancellation);
        read.ToArray().AsSpan().SequenceEqual(content).ShouldBeTrue();
        answer.Headers.ContentType.ShouldBe("application/json");
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_small_object_takes_one_request()
    {
        await Uploads.WriteAsync("x/1", "text/plain", stream => WriteInPiecesAsync(stream, new byte[1000]), Cancellation);

        faults.Calls.ShouldBe(1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(20 * Mebibyte)]
    public async Task When_the_writer_fails_nothing_comes_to_be_and_an_older_object_stays(int before)
    {
        await Uploads.WriteAsync("x/1", "text/plain", stream => WriteInPiecesAsync(stream, "older"u8.ToArray()), Cancellation);

        var error = await Should.ThrowAsync<InvalidTimeZoneException>(() => Uploads.WriteAsync(
            "x/1",
            "text/plain",
            async stream =>
            {
                await WriteInPiecesAsync(stream, new byte[before]);
                throw new InvalidTimeZoneException("the writer's own");
            },
            Cancellation));

        error.Message.ShouldBe("the writer's own");
        (await client.GetObjectMetadataAsync(bucket, "x/1", Cancellation)).ContentLength.ShouldBe(5);
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task When_the_time_is_over_nothing_comes_to_be_and_no_parts_are_left()
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        await Should.ThrowAsync<OperationCanceledException>(() => Uploads.WriteAsync(
            "x/1",
            "text/plain",
            async stream =>
            {
                await WriteInPiecesAsync(stream, new byte[20 * Mebibyte]);
                await deadline.CancelAsync();
                await WriteInPiecesAsync(stream, new byte[20 * Mebibyte]);
            },
            deadline.Token));

        (await client.ListObjectsV2Async(new() { BucketName = bucket }, Cancellation)).KeyCount.ShouldBe(0);
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_writer_hears_soon_that_S3_refuses_and_no_parts_are_left()
    {
        faults.Before = (_, request) => Task.FromResult(
            request.Method == HttpMethod.Put && request.RequestUri!.Query.Contains("partNumber=2") ? Faults.S3Error("AccessDenied", HttpStatusCode.Forbidden) : null);
        var written = 0L;

        var error = await Should.ThrowAsync<AmazonS3Exception>(() => Uploads.WriteAsync(
            "x/1",
            "text/plain",
            async stream =>
            {
                for (; written < 500L * Mebibyte; written += Mebibyte) await stream.WriteAsync(new byte[Mebibyte], Cancellation);
            },
            Cancellation));

        error.ErrorCode.ShouldBe("AccessDenied");
        written.ShouldBeLessThan(50L * Mebibyte);
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_writer_that_is_faster_than_S3_waits_for_it_and_little_is_in_memory()
    {
        long received = 0, written = 0, most = 0;
        faults.After = (_, request, answer) =>
        {
            if (request.Method == HttpMethod.Put) Interlocked.Add(ref received, request.Content?.Headers.ContentLength ?? 0);
            return Task.FromResult(answer);
        };

        await Uploads.WriteAsync(
            "x/1",
            "text/plain",
            async stream =>
            {
                var piece = new byte[100_000];
                while (written < 100L * Mebibyte)
                {
                    await stream.WriteAsync(piece, Cancellation);
                    written += piece.Length;
                    most = Math.Max(most, written - Interlocked.Read(ref received));
                }
            },
            Cancellation);

        most.ShouldBeLessThan(20L * Mebibyte);
        received.ShouldBeGreaterThanOrEqualTo(written);
    }

    private static async Task WriteInPiecesAsync(Stream stream, byte[] content)
    {
        for (var at = 0; at < content.Length;)
        {
            var piece = Math.Min(content.Length - at, 1 + (at % 70_000));
            await stream.WriteAsync(content.AsMemory(at, piece), Cancellation);
            at += piece;
        }
    }

    private async Task NothingIsLeftAsync() => ((await client.ListMultipartUploadsAsync(bucket, Cancellation)).MultipartUploads ?? []).ShouldBeEmpty();
}
