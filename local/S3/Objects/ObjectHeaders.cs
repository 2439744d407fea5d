using System.Globalization;
using System.Text;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.S3.Bodies;
using ServerlessGdpr.Local.S3.Buckets;

namespace ServerlessGdpr.Local.S3.Objects;

/// <summary>The headers that are kept with an object, and those that describe it in answers.</summary>
internal static class ObjectHeaders
{
    private const string MetadataPrefix = "x-amz-meta-";
    private const int MetadataLimit = 2048;
    private static readonly string[] Kept =
    [
        "Content-Type", "Cache-Control", "Content-Disposition", "Content-Language", "Expires", "x-amz-website-redirect-location",
    ];

    private static readonly HashSet<string> StorageClasses = new(StringComparer.Ordinal)
    {
        "STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER", "DEEP_ARCHIVE", "GLACIER_IR",
    };

    public static IReadOnlyDictionary<string, string> Of(S3Request request)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in Kept)
        {
            if (request.Header(name) is { Length: > 0 } value) headers[name] = value;
        }

        headers.TryAdd("Content-Type", "binary/octet-stream");
        var encodings = (request.Header("Content-Encoding") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(encoding => encoding is not "aws-chunked");
        if (string.Join(',', encodings) is { Length: > 0 } encoding) headers["Content-Encoding"] = encoding;
        var size = 0;
        foreach (var (name, value) in request.Context.Request.Headers)
        {
            if (!name.StartsWith(MetadataPrefix, StringComparison.OrdinalIgnoreCase)) continue;
            headers[name.ToLowerInvariant()] = value.ToString();
            size += name.Length - MetadataPrefix.Length + Encoding.UTF8.GetByteCount(value.ToString());
        }

        return size <= MetadataLimit ? headers : throw new AwsError("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size");
    }

    public static string StorageClass(S3Request request)
    {
        var name = request.Header("x-amz-storage-class") ?? "STANDARD";
        return StorageClasses.Contains(name) ? name : throw new AwsError("InvalidStorageClass", "The storage class you specified is not valid");
    }

    /// <summary>Describes a whole version, as HEAD does; of a bucket that never had versioning, without its version id.</summary>
    public static void Write(S3Request request, Bucket bucket, ObjectVersion version)
    {
        var (headers, content) = (request.AnswerHeaders, version.Content!);
        foreach (var (name, value) in content.Headers) headers[name] = Ascii(value);
        headers.ETag = Quoted(content.ETag);
        headers.LastModified = HttpDate(version.LastModified);
        headers.AcceptRanges = "bytes";
        content.Encryption.WriteTo(request);
        WriteVersion(request, bucket, version);
        if (content.StorageClass is not "STANDARD") headers["x-amz-storage-class"] = content.StorageClass;
        if (version.Tags.Count > 0) headers["x-amz-tagging-count"] = version.Tags.Count.ToString(CultureInfo.InvariantCulture);
        if (content.Parts.Count > 0 && request.Has("partNumber")) headers["x-amz-mp-parts-count"] = content.Parts.Count.ToString(CultureInfo.InvariantCulture);
        if (version.Retention is { } retention)
        {
            headers["x-amz-object-lock-mode"] = retention.Mode;
            headers["x-amz-object-lock-retain-until-date"] = Xml.S3Xml.Instant(retention.Until);
        }

        if (version.LegalHold) headers["x-amz-object-lock-legal-hold"] = "ON";
        if (request.Header("x-amz-checksum-mode") is "ENABLED") WriteChecksum(request, content.Checksum);
        foreach (var (query, name) in Overrides)
        {
            if (request.Query(query) is { } value) headers[name] = value;
        }
    }

    public static void WriteVersion(S3Request request, Bucket bucket, ObjectVersion version)
    {
        if (bucket.Versioning is not VersioningState.Never) request.AnswerHeaders["x-amz-version-id"] = version.VersionId;
    }

    public static void RemoveChecksum(S3Request request, Checksum checksum)
    {
        request.AnswerHeaders.Remove(checksum.Header);
        request.AnswerHeaders.Remove("x-amz-checksum-type");
    }

    public static void WriteChecksum(S3Request request, Checksum checksum)
    {
        request.AnswerHeaders[checksum.Header] = checksum.Value;
        request.AnswerHeaders["x-amz-checksum-type"] = checksum.Type;
    }

    public static IReadOnlyList<(string Query, string Header)> Overrides { get; } =
    [
        ("response-content-type", "Content-Type"), ("response-content-language", "Content-Language"), ("response-expires", "Expires"),
        ("response-cache-control", "Cache-Control"), ("response-content-disposition", "Content-Disposition"), ("response-content-encoding", "Content-Encoding"),
    ];

    public static string Quoted(string etag) => $"\"{etag}\"";

    public static string HttpDate(DateTimeOffset instant) => instant.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Other than ASCII goes out as RFC 2047 has it, which is what S3 does.</summary>
    private static string Ascii(string value) => Ascii7(value) ? value : $"=?UTF-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(value))}?=";

    private static bool Ascii7(string value) => value.All(char.IsAscii);
}
