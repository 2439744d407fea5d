using System.Globalization;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.S3.Buckets;

namespace ServerlessGdpr.Local.S3.Objects;

/// <summary>The <c>x-amz-copy-source</c> of a copy: <c>[/]bucket/key[?versionId=id]</c>, percent-encoded.</summary>
internal sealed record CopySource(Bucket Bucket, string Key, string? VersionId)
{
    private const string Header = "x-amz-copy-source";

    public static CopySource Of(S3Request request, BucketStore buckets)
    {
        request.RequireExpectedOwner("x-amz-source-expected-bucket-owner");
        var parts = request.Header(Header)!.Split("?versionId=", 2);
        var names = Uri.UnescapeDataString(parts[0]).TrimStart('/').Split('/', 2);
        if (names.Length != 2 || names[1].Length == 0) throw S3Error.InvalidArgument("Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
        return new CopySource(buckets.Find(names[0]), names[1], parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : null);
    }

    /// <summary>The source as it is now, with its bytes opened.</summary>
    public (ObjectVersion Version, FileStream Body) Open(S3Request request)
    {
        lock (Bucket.Gate)
        {
            var version = Find();
            Preconditions.RequireCopy(request, version);
            GetObject.RequireReadable(version.Content!);
            if (Bucket.Versioning is not VersioningState.Never) request.AnswerHeaders["x-amz-copy-source-version-id"] = version.VersionId;
            return (version, version.Content!.Body.Open());
        }
    }

    /// <exception cref="AwsError">Malformed, or beyond the end.</exception>
    public static ByteRange Range(S3Request request, long size)
    {
        if (request.Header(Header + "-range") is not { } header) return new ByteRange(0, size);
        var parts = header.StartsWith("bytes=", StringComparison.Ordinal) ? header["bytes=".Length..].Split('-') : [];
        if (parts.Length != 2 || !long.TryParse(parts[0], CultureInfo.InvariantCulture, out var first) || !long.TryParse(parts[1], CultureInfo.InvariantCulture, out var last) || last < first)
            throw S3Error.InvalidArgument("The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy");
        return last < size
            ? new ByteRange(first, last - first + 1)
            : throw S3Error.InvalidArgument($"Range specified is not valid for source object of size: {size}");
    }

    private ObjectVersion Find()
    {
        if (VersionId is null) return Bucket.Current(Key) is { IsDeleteMarker: false } current ? current : throw S3Error.NoSuchKey();
        var version = Bucket.Find(Key, GetObject.RequireVersionId(VersionId)) ?? throw S3Error.NoSuchVersion();
        return version.IsDeleteMarker
            ? throw S3Error.InvalidRequest("The source of a copy request may not specifically refer to a delete marker by version id.")
            : version;
    }
}
