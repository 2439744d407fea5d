using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.S3.Objects;

namespace ServerlessGdpr.Local.S3.Bodies;

/// <param name="Md5">In lower-case hexadecimal: the ETag of an object that came in one piece.</param>
public sealed record ReceivedBody(StoredBody Stored, string Md5, Checksum Checksum);

/// <summary>Takes in a request's body, decoded, and checks it against every length and checksum that came with it.</summary>
public sealed class BodyReceiver(BodyFiles files)
{
    private const int DocumentLimit = 2 << 20;

    /// <param name="algorithm">The checksum to compute when the request brings none.</param>
    public async Task<ReceivedBody> ReceiveAsync(S3Request request, string algorithm = Checksum.Default)
    {
        await using var file = files.Create();
        var isWhole = false;
        try
        {
            var (md5, checksum) = await CopyAsync(request, algorithm, bytes => file.WriteAsync(bytes, request.Cancellation).AsTask());
            await file.FlushAsync(request.Cancellation);
            isWhole = true;
            return new ReceivedBody(new StoredBody(file.Name, file.Length), md5, checksum);
        }
        finally
        {
            if (!isWhole) File.Delete(file.Name);
        }
    }

    /// <summary>Copies <paramref name="range"/> of <paramref name="source"/> to a file of its own.</summary>
    public Task<ReceivedBody> CopyAsync(FileStream source, ByteRange range, string algorithm, CancellationToken cancellation) =>
        WriteAsync(range.ReadAsync(source, cancellation), algorithm, cancellation);

    /// <summary>Writes <paramref name="sources"/> one after the other to one file.</summary>
    public Task<ReceivedBody> JoinAsync(IEnumerable<FileStream> sources, string algorithm, CancellationToken cancellation) =>
        WriteAsync(PiecesAsync(sources, cancellation), algorithm, cancellation);

    /// <summary>Takes in a small XML or JSON document.</summary>
    public static async Task<byte[]> ReadDocumentAsync(S3Request request)
    {
        using var bytes = new MemoryStream();
        await CopyAsync(request, Checksum.Default, piece =>
        {
            if (bytes.Length + piece.Length > DocumentLimit) throw new AwsError("EntityTooLarge", "Your proposed upload exceeds the maximum allowed object size.");
            bytes.Write(piece.Span);
            return Task.CompletedTask;
        });
        return bytes.ToArray();
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> PiecesAsync(IEnumerable<FileStream> sources, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var source in sources)
        {
            await foreach (var piece in new ByteRange(0, source.Length).ReadAsync(source, cancellation)) yield return piece;
        }
    }

    private async Task<ReceivedBody> WriteAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> pieces, string algorithm, CancellationToken cancellation)
    {
        await using var file = files.Create();
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        using var checksum = new RunningChecksum(algorithm);
        var isWhole = false;
        try
        {
            await foreach (var piece in pieces)
            {
                md5.AppendData(piece.Span);
                checksum.Append(piece.Span);
                await file.WriteAsync(piece, cancellation);
            }

            await file.FlushAsync(cancellation);
            isWhole = true;
            return new ReceivedBody(new StoredBody(file.Name, file.Length), Convert.ToHexStringLower(md5.GetHashAndReset()), new Checksum(algorithm, checksum.Finish()));
        }
        finally
        {
            if (!isWhole) File.Delete(file.Name);
        }
    }

    private static async Task<(string Md5, Checksum Checksum)> CopyAsync(S3Request request, string otherwise, Func<ReadOnlyMemory<byte>, Task> consume)
    {
        var claims = BodyClaims.Of(request);
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        using var sha256 = claims.Sha256 is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var checksum = new RunningChecksum(claims.Algorithm ?? otherwise);
        var length = 0L;
        var trailers = await DecodeAsync(request, claims, async bytes =>
        {
            length += bytes.Length;
            md5.AppendData(bytes.Span);
            sha256?.AppendData(bytes.Span);
            checksum.Append(bytes.Span);
            await consume(bytes);
        });

        var computed = new Checksum(claims.Algorithm ?? otherwise, checksum.Finish());
        var digest = md5.GetHashAndReset();
        claims.Verify(length, digest, sha256?.GetHashAndReset(), computed, trailers);
        return (Convert.ToHexStringLower(digest), computed);
    }

    private static async Task<IReadOnlyDictionary<string, string>> DecodeAsync(S3Request request, BodyClaims claims, Func<ReadOnlyMemory<byte>, Task> consume)
    {
        if (claims.IsChunked)
        {
            var chunked = new AwsChunkedStream(request.Context.Request.BodyReader);
            await chunked.ReadAsync(consume, request.Cancellation);
            return chunked.Trailers;
        }

        var buffer = new byte[1 << 16];
        while (await request.Context.Request.Body.ReadAsync(buffer, request.Cancellation) is var count and > 0) await consume(buffer.AsMemory(0, count));
        return new Dictionary<string, string>(StringComparer.Ordinal);
    }
}
