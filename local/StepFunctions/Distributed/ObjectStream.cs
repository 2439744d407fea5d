namespace ServerlessGdpr.Local.StepFunctions.Distributed;

/// <summary>An object's content, fetched a part at a time: no more than one part is held, and all parts are of the same content.</summary>
internal sealed class ObjectStream(IObjectStore objects, ObjectPlace place) : Stream
{
    public const int PartBytes = 256 * 1024;

    private ReadOnlyMemory<byte> part;
    private string? etag;
    private long offset;
    private long size = -1;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (part.IsEmpty && offset != size) await FetchAsync(cancellationToken);
        var count = Math.Min(part.Length, buffer.Length);
        part[..count].CopyTo(buffer);
        part = part[count..];
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("It is read asynchronously.");

    public override void Flush()
    {
        // Nothing is ever written.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async Task FetchAsync(CancellationToken cancellation)
    {
        var slice = await objects.ReadAsync(place, offset, PartBytes, etag, cancellation);
        (part, etag, size) = (slice.Content, slice.ETag, slice.Size);
        offset += part.Length;
    }
}
