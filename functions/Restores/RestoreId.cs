using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ServerlessGdpr.Functions.Restores;

/// <summary>The id under which a restore is recorded; executions are named after it.</summary>
public static partial class RestoreId
{
    private const int ReadableLength = 50;

    /// <summary>
    /// Made of the identity's key alone: announcements of one restore name its target differently, or not at all. An operator recognises the resource's own id,
    /// the job, or the name of the resource, whichever the key holds.
    /// </summary>
    /// <returns><c>{readable part}-{16 hexadecimal digits of the key's SHA-256}</c>; the digits alone where the key holds nothing to read.</returns>
    public static string Of(RestoreIdentity identity)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity.Key)).AsSpan(0, 8));
        var readable = UnfitForNames.Replace(Readable(identity.Key), "-");
        if (readable.Length > ReadableLength) readable = readable[..ReadableLength];
        return readable.Length > 0 ? $"{readable}-{hash}" : hash;
    }

    /// <summary>The name of the execution that serves an attempt; StartExecution refuses a second of the same name.</summary>
    public static string ExecutionName(string restoreId, int attempt) =>
        attempt == 0 ? restoreId : string.Create(CultureInfo.InvariantCulture, $"{restoreId}-r{attempt}");

    /// <summary>The restore and attempt that an execution serves; null for an execution of another name.</summary>
    public static (string RestoreId, int Attempt)? OfExecution(string name) =>
        ExecutionPattern.Match(name) is { Success: true } match
            ? (match.Groups["id"].Value, match.Groups["attempt"].Success ? int.Parse(match.Groups["attempt"].ValueSpan, CultureInfo.InvariantCulture) : 0)
            : null;

    /// <summary>Whether it has the form of an id.</summary>
    public static bool IsWellFormed(string text) => OfExecution(text) is { Attempt: 0 };

    /// <summary>As <see cref="RestoreIdentity"/> writes keys: <c>{kind}#{account}#{region}#{id, or ARN#instant}</c>.</summary>
    private static string Readable(string key) => key.Split('#', 4) switch
    {
        ["start", _, _, var start] => Arn.Parse(start[..start.LastIndexOf('#')])?.Name ?? "",
        [_, _, _, var id] => id,
        _ => "",
    };

    [GeneratedRegex("[^A-Za-z0-9_-]", RegexOptions.None, 1000)]
    private static partial Regex UnfitForNames { get; }

    [GeneratedRegex("^(?<id>([A-Za-z0-9_-]{1,50}-)?[0-9a-f]{16})(-r(?<attempt>[1-9][0-9]{0,5}))?\\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ExecutionPattern { get; }
}
