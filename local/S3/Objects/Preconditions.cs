using System.Globalization;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.S3.Objects;

/// <summary>If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since, as S3 evaluates them.</summary>
internal static class Preconditions
{
    private const string CopyPrefix = "x-amz-copy-source-";

    /// <returns>False when a read is to be answered with 304.</returns>
    /// <exception cref="AwsError">The condition does not hold.</exception>
    public static bool AllowRead(S3Request request, ObjectVersion version) =>
        Holds(request.Header("If-Match"), request.Header("If-None-Match"), request.Header("If-Modified-Since"), request.Header("If-Unmodified-Since"), version);

    public static void RequireCopy(S3Request request, ObjectVersion source)
    {
        var holds = Holds(
            request.Header(CopyPrefix + "if-match"),
            request.Header(CopyPrefix + "if-none-match"),
            request.Header(CopyPrefix + "if-modified-since"),
            request.Header(CopyPrefix + "if-unmodified-since"),
            source);
        if (!holds) throw S3Error.PreconditionFailed();
    }

    /// <summary>Conditions on a write are about the current version; a delete marker counts as nothing there.</summary>
    public static void RequireWrite(S3Request request, ObjectVersion? current)
    {
        var existing = current is { IsDeleteMarker: false } ? current : null;
        var (match, noneMatch) = (request.Header("If-Match"), request.Header("If-None-Match"));
        if (noneMatch is not (null or "*")) throw S3Error.NotImplemented("a write with If-None-Match other than *");
        if (noneMatch is not null && existing is not null) throw S3Error.PreconditionFailed();
        if (match is null) return;
        if (existing is null) throw S3Error.NoSuchKey();
        if (!Matches(match, existing)) throw S3Error.PreconditionFailed();
    }

    /// <summary>If-Match on a removal; what is not there does not match.</summary>
    public static void RequireDelete(string? match, ObjectVersion? current)
    {
        if (match is not null && (current is not { IsDeleteMarker: false } || !Matches(match, current))) throw S3Error.PreconditionFailed();
    }

    private static bool Holds(string? match, string? noneMatch, string? modifiedSince, string? unmodifiedSince, ObjectVersion version)
    {
        var isMatched = match is not null && Matches(match, version);
        if (match is not null && !isMatched) throw S3Error.PreconditionFailed();
        if (match is null && Date(unmodifiedSince) is { } unmodified && Seconds(version) > unmodified) throw S3Error.PreconditionFailed();
        if (noneMatch is not null) return !Matches(noneMatch, version);
        return Date(modifiedSince) is not { } modified || Seconds(version) > modified;
    }

    private static bool Matches(string condition, ObjectVersion version) => condition.Split(',', StringSplitOptions.TrimEntries)
        .Any(etag => etag is "*" || etag.Trim('"').Equals(version.Content!.ETag, StringComparison.Ordinal));

    /// <summary>HTTP dates have no fractions of seconds.</summary>
    private static DateTimeOffset Seconds(ObjectVersion version) => DateTimeOffset.FromUnixTimeSeconds(version.LastModified.ToUnixTimeSeconds());

    private static DateTimeOffset? Date(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;
}
