using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace ServerlessGdpr.Local.S3.Bodies;

/// <summary>
/// Decodes <c>aws-chunked</c>: chunks <c>SIZE[;chunk-signature=..]CRLF BYTES CRLF</c>, a last one of size 0, then trailing headers.
/// Signatures are read over, as all signatures are here.
/// </summary>
internal sealed class AwsChunkedStream(PipeReader source)
{
    private const int LineLimit = 8192;

    public Dictionary<string, string> Trailers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gives the decoded bytes to <paramref name="consume"/>, piece by piece.</summary>
    public async Task ReadAsync(Func<ReadOnlyMemory<byte>, Task> consume, CancellationToken cancellation)
    {
        while (await SizeAsync(cancellation) is var size and > 0)
        {
            await ChunkAsync(size, consume, cancellation);
            if (await LineAsync(cancellation) is not "") throw Malformed();
        }

        while (await LineAsync(cancellation) is { Length: > 0 } line)
        {
            var parts = line.Split(':', 2);
            if (parts.Length != 2) throw Malformed();
            Trailers[parts[0].Trim()] = parts[1].Trim();
        }
    }

    private static Hosting.AwsError Malformed() => S3Error.InvalidRequest("The aws-chunked body is malformed.");

    private static Hosting.AwsError Incomplete() =>
        new("IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header");

    private async Task<long> SizeAsync(CancellationToken cancellation)
    {
        var line = await LineAsync(cancellation) ?? throw Incomplete();
        return long.TryParse(line.Split(';', 2)[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size) && size >= 0 ? size : throw Malformed();
    }

    private async Task ChunkAsync(long size, Func<ReadOnlyMemory<byte>, Task> consume, CancellationToken cancellation)
    {
        while (size > 0)
        {
            var read = await source.ReadAsync(cancellation);
            if (read.Buffer.IsEmpty && read.IsCompleted) throw Incomplete();
            var piece = read.Buffer.Slice(0, Math.Min(size, read.Buffer.Length));
            foreach (var memory in piece) await consume(memory);
            size -= piece.Length;
            source.AdvanceTo(piece.End);
        }
    }

    /// <returns>The line without its end; null at the end of the body.</returns>
    private async Task<string?> LineAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var read = await source.ReadAsync(cancellation);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Encoding.ASCII.GetString(read.Buffer.Slice(0, end)).TrimEnd('\r');
                source.AdvanceTo(read.Buffer.GetPosition(1, end));
                return line;
            }

            if (read.Buffer.Length > LineLimit) throw Malformed();
            var isEnd = read.IsCompleted;
            source.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (isEnd) return null;
        }
    }
}
