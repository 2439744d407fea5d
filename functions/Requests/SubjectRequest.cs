using System.Text.Json;
using ServerlessGdpr.Functions.Vault;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>A request that intake accepts. It holds identities: it is sealed, never logged.</summary>
public sealed record SubjectRequest
{
    /// <summary>The internal id (see <see cref="Requests.RequestId"/>).</summary>
    public required string RequestId { get; init; }

    /// <summary>The application that asks.</summary>
    public required string Source { get; init; }

    public required string SubjectRequestId { get; init; }

    public required string Type { get; init; }

    public required string Regulation { get; init; }

    public required string ApiVersion { get; init; }

    /// <summary>When the person asked, in the offset it was said in.</summary>
    public required DateTimeOffset SubmittedAt { get; init; }

    public required bool DryRun { get; init; }

    public required Reach Reach { get; init; }

    public required IReadOnlyList<string> CallbackUrls { get; init; }

    public required JsonElement? Extensions { get; init; }

    public override string ToString() => $"request {RequestId}";
}

/// <summary>What became of reading an event: its content, or the reasons why not.</summary>
public sealed record Validated<T>(T? Value, IReadOnlyList<Reason> Reasons) where T : class
{
    public Validated(T value) : this(value, [])
    {
    }

    public Validated(IReadOnlyList<Reason> reasons) : this(null, reasons)
    {
    }
}
