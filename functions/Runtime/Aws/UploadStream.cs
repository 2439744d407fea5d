using System.Buffers;
using Amazon.S3;
using Amazon.S3.Model;

namespace ServerlessGdpr.Functions.Runtime.Aws;

/// <summary>Sends what is written to it as one object: in one request if it is small, else in parts, of which one is on its way while the next is filled.</summary>
internal sealed class UploadStream(IAmazonS3 s3, string bucket, string key, string contentType, CancellationToken cancellation) : Stream
{
    /// <summary>S3 takes 10,000 parts: objects of up to 78 GiB.</summary>
    private const int PartSize = 8 * 1024 * 1024;

    private const int FirstBuffer = 64 * 1024;
    private readonly List<PartETag> parts = [];
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
    private int filled;
    private string? uploadId;
    private Task sending = Task.CompletedTask;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        while (source.Length > 0)
        {
            if (filled == PartSize) await SendPartAsync();
            if (filled == buffer.Length) Grow();
            var piece = Math.Min(source.Length, Math.Min(buffer.Length, PartSize) - filled);
            source[..piece].CopyTo(buffer.AsMemory(filled));
            filled += piece;
            source = source[piece..];
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Few call it, for few bytes: a ZIP archive ends each of its entries so. It waits only where a part becomes full.</summary>
    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public async Task CompleteAsync()
    {
        if (uploadId is null)
        {
            var whole = new PutObjectRequest { BucketName = bucket, Key = key, ContentType = contentType, InputStream = new MemoryStream(buffer, 0, filled), AutoCloseStream = false };
            await s3.PutObjectAsync(whole, cancellation);
            return;
        }

        if (filled > 0) await SendPartAsync();
        await sending;
        await s3.CompleteMultipartUploadAsync(
            new CompleteMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = uploadId, PartETags = parts }, cancellation);
    }

    /// <summary>Leaves no parts behind as far as S3 lets it; the bucket's lifecycle removes the rest. Of failures only the first is worth telling.</summary>
    public async Task AbortAsync()
    {
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (uploadId is null) return;
        var abort = s3.AbortMultipartUploadAsync(new AbortMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = uploadId }, CancellationToken.None);
        await ((Task)abort).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public override async ValueTask DisposeAsync()
    {
        // A buffer that is still being sent must not become somebody else's.
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        await base.DisposeAsync();
    }

    private async Task SendPartAsync()
    {
        await sending;
        uploadId ??= (await s3.InitiateMultipartUploadAsync(
            new InitiateMultipartUploadRequest { BucketName = bucket, Key = key, ContentType = contentType }, cancellation)).UploadId;
        sending = SendAsync(buffer, filled, parts.Count + 1);
        buffer = ArrayPool<byte>.Shared.Rent(PartSize);
        filled = 0;
    }

    private async Task SendAsync(byte[] part, int size, int number)
    {
        try
        {
            var answer = await s3.UploadPartAsync(
                new UploadPartRequest { BucketName = bucket, Key = key, UploadId = uploadId, PartNumber = number, PartSize = size, InputStream = new MemoryStream(part, 0, size) }, cancellation);
            parts.Add(new PartETag(number, answer.ETag));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(part);
        }
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, filled).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
