using System.Globalization;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.S3.Bodies;

/// <summary>What a request says of its body.</summary>
internal sealed record BodyClaims(bool IsChunked, long Length, byte[]? Md5, string? Sha256, string? Algorithm, string? ChecksumValue)
{
    public bool HasChecksum => Algorithm is not null;

    public static BodyClaims Of(S3Request request)
    {
        var payload = request.Header("x-amz-content-sha256") ?? "";
        var isChunked = payload.StartsWith("STREAMING-", StringComparison.Ordinal);
        var claimed = Checksum.Algorithms.Where(name => request.Header(Checksum.HeaderPrefix + name.ToLowerInvariant()) is not null).ToList();
        if (claimed.Count > 1) throw S3Error.InvalidRequest("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
        var trailer = request.Header("x-amz-trailer");
        var algorithm = claimed.FirstOrDefault()
            ?? (trailer?.StartsWith(Checksum.HeaderPrefix, StringComparison.OrdinalIgnoreCase) is true ? Checksum.Named(trailer[Checksum.HeaderPrefix.Length..]) : null)
            ?? (request.Header("x-amz-sdk-checksum-algorithm") is { } named ? Checksum.Named(named) : null);
        return new BodyClaims(
            isChunked,
            LengthOf(request, isChunked),
            Md5Of(request.Header("Content-MD5")),
            payload.Length == 64 ? payload : null,
            algorithm,
            claimed.Count == 1 ? request.Header(Checksum.HeaderPrefix + claimed[0].ToLowerInvariant()) : null);
    }

    public void Verify(long length, byte[] md5, byte[]? sha256, Checksum computed, IReadOnlyDictionary<string, string> trailers)
    {
        if (length != Length)
            throw new AwsError("IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header");
        if (Md5 is not null && !Md5.AsSpan().SequenceEqual(md5))
            throw new AwsError("BadDigest", "The Content-MD5 you specified did not match what we received.");
        if (Sha256 is not null && !Sha256.Equals(Convert.ToHexStringLower(sha256!), StringComparison.OrdinalIgnoreCase))
            throw new AwsError("XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.");
        if ((ChecksumValue ?? trailers.GetValueOrDefault(computed.Header)) is { } claimed && !claimed.Equals(computed.Value, StringComparison.Ordinal))
            throw new AwsError("BadDigest", $"The {computed.Algorithm} you specified did not match the calculated checksum.");
    }

    private static long LengthOf(S3Request request, bool isChunked)
    {
        var length = isChunked && long.TryParse(request.Header("x-amz-decoded-content-length"), NumberStyles.None, CultureInfo.InvariantCulture, out var decoded)
            ? decoded
            : isChunked ? null : request.Context.Request.ContentLength;
        return length ?? throw new AwsError("MissingContentLength", "You must provide the Content-Length HTTP header.", 411);
    }

    private static byte[]? Md5Of(string? header)
    {
        if (header is null) return null;
        var digest = new byte[16];
        return Convert.TryFromBase64String(header, digest, out var count) && count == digest.Length
            ? digest
            : throw new AwsError("InvalidDigest", "The Content-MD5 you specified was invalid.");
    }
}
