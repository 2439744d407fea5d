using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>The internal id of a request: unique per application, so that one can neither cancel nor block another's.</summary>
public static partial class RequestId
{
    /// <param name="source">The application: the event's source.</param>
    /// <param name="subjectRequestId">A UUID.</param>
    /// <returns><c>{uuid}-{16 hexadecimal digits of the source's SHA-256}</c>.</returns>
    public static string Of(string source, string subjectRequestId) =>
        $"{subjectRequestId.ToLowerInvariant()}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source)).AsSpan(0, 8))}";

    /// <summary>The name of the execution that serves an attempt; StartExecution refuses a second of the same name.</summary>
    public static string ExecutionName(string requestId, int attempt) =>
        attempt == 0 ? requestId : string.Create(CultureInfo.InvariantCulture, $"{requestId}-r{attempt}");

    /// <summary>The request and attempt that an execution serves; null for an execution of another name.</summary>
    public static (string RequestId, int Attempt)? OfExecution(string name) =>
        ExecutionPattern.Match(name) is { Success: true } match
            ? (match.Groups["id"].Value, match.Groups["attempt"].Success ? int.Parse(match.Groups["attempt"].ValueSpan, CultureInfo.InvariantCulture) : 0)
            : null;

    [GeneratedRegex("^(?<id>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-[0-9a-f]{16})(-r(?<attempt>[1-9][0-9]{0,5}))?\\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ExecutionPattern { get; }
}
