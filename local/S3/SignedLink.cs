using System.Globalization;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.S3;

/// <summary>A link that carries its signature, which is not evaluated, and says how long it is good.</summary>
internal static class SignedLink
{
    private const int LongestSeconds = 7 * 24 * 60 * 60;

    /// <exception cref="AwsError">The link has expired, or does not say when it will.</exception>
    public static void RequireCurrent(S3Request request, TimeProvider time)
    {
        // Clients sign by the machine's clock, which says nothing about a clock that is moved.
        if (!request.Has("X-Amz-Signature") || time is VirtualTime) return;
        if (!int.TryParse(request.Query("X-Amz-Expires"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > LongestSeconds
            || !DateTimeOffset.TryParseExact(request.Query("X-Amz-Date"), "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var signed))
            throw new AwsError("AuthorizationQueryParametersError", "X-Amz-Date must be in the ISO8601 Long Format and X-Amz-Expires less than a week (in seconds)");
        if (time.GetUtcNow() > signed.AddSeconds(seconds)) throw new AwsError("AccessDenied", "Request has expired", 403);
    }
}
