using System.Buffers;

namespace ServerlessGdpr.Functions.Datastores.S3Logs;

/// <summary>Lines of one object, on their way to whoever collects them in order.</summary>
/// <param name="Lines">Empty where lines are only counted.</param>
/// <param name="Behind">Where the content goes on behind them, in bytes as they are without compression.</param>
internal sealed record FoundLines(IReadOnlyList<byte[]> Lines, long Count, long Unreadable, long Behind);

/// <summary>Goes through a stream of lines in flat memory, block by block.</summary>
/// <param name="keepLines">False where lines are only counted.</param>
/// <param name="hand">Takes what was found when it has become a batch.</param>
internal sealed class LineSearch(LogFields fields, bool keepLines, Func<FoundLines, ValueTask> hand)
{
    /// <summary>A longer line is not held in memory, and not passed over either.</summary>
    public const int LongestLine = 32 * 1024 * 1024;

    private const int BlockBytes = 256 * 1024, BatchBytes = 256 * 1024;
    private static ReadOnlySpan<byte> ByteOrderMark => [0xef, 0xbb, 0xbf];
    private List<byte[]> lines = [];
    private long size;
    private long count;
    private long unreadable;

    /// <summary>Where whatever was handed out ends; a search that is begun again leaves out what lies before.</summary>
    public long Behind { get; private set; }

    public long Bytes { get; private set; }

    /// <param name="from">What lies before was handed out in an earlier search.</param>
    /// <exception cref="DatastoreRejected">A line is too long.</exception>
    public async Task RunAsync(Stream content, long from, CancellationToken deadline)
    {
        Behind = from;
        (lines, size, count, unreadable) = ([], 0, 0, 0);
        var buffer = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            long offset = 0;
            for (int filled = 0, read = -1; read != 0;)
            {
                read = await content.ReadAsync(buffer.AsMemory(filled), deadline);
                Bytes += read;
                var ended = read == 0 ? filled : EndOfLines(buffer.AsSpan(filled, read), filled);
                filled += read;
                Search(buffer.AsSpan(0, ended), offset);
                if (ended > 0 && size >= BatchBytes) await HandAsync(offset + ended);
                buffer.AsSpan(ended, filled - ended).CopyTo(buffer);
                offset += ended;
                filled -= ended;
                if (filled == buffer.Length) buffer = Larger(buffer);
            }

            await HandAsync(offset);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int EndOfLines(ReadOnlySpan<byte> added, int before) => added.LastIndexOf((byte)'\n') is >= 0 and var last ? before + last + 1 : 0;

    private static byte[] Larger(byte[] buffer)
    {
        if (buffer.Length >= LongestLine) throw new DatastoreRejected("LineTooLong");
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private void Search(ReadOnlySpan<byte> block, long offset)
    {
        if (offset == 0 && block.StartsWith(ByteOrderMark))
        {
            block = block[ByteOrderMark.Length..];
            offset = ByteOrderMark.Length;
        }

        if (offset + block.Length <= Behind) return;
        var skipped = (int)Math.Max(0, Behind - offset);
        fields.Search(block[skipped..], Add, () => unreadable++);
    }

    private void Add(ReadOnlySpan<byte> line)
    {
        count++;
        if (!keepLines) return;
        lines.Add(line.ToArray());
        size += line.Length;
    }

    private async ValueTask HandAsync(long behind)
    {
        var found = new FoundLines(lines, count, unreadable, behind);
        (lines, size, count, unreadable) = ([], 0, 0, 0);
        await hand(found);
        Behind = behind;
    }
}
