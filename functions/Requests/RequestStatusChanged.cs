using System.Text.Json.Serialization;
using ServerlessGdpr.Functions.Restores;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>The detail of a status event: an OpenDSR 2.0 callback plus what that lacks. What does not apply is absent.</summary>
public sealed record RequestStatusChanged
{
    /// <summary>The application whose request it is: two may use the same id.</summary>
    public string? Source { get; init; }

    public string? SubjectRequestId { get; init; }

    public string? SubjectRequestType { get; init; }

    public required string RequestStatus { get; init; }

    /// <summary>The end of the statutory period.</summary>
    public DateTimeOffset? ExpectedCompletionTime { get; init; }

    public DateTimeOffset? SubmittedTime { get; init; }

    public DateTimeOffset? ReceivedTime { get; init; }

    /// <summary>EventBridge's id of the event that this answers.</summary>
    public string? SourceEventId { get; init; }

    public bool? DryRun { get; init; }

    /// <summary>Records erased in all datastores; in a dry run, records that would be; of an access request, records exported.</summary>
    public long? ResultsCount { get; init; }

    public IReadOnlyList<DatastoreOutcome>? Outcomes { get; init; }

    public IReadOnlyList<Reason>? Reasons { get; init; }

    public DateOnly? BackupsExpireBy { get; init; }

    /// <summary>OpenDSR's name for where the results of an access request are: <c>s3://bucket/key</c>.</summary>
    public string? ResultsUrl { get; init; }

    /// <summary>In bytes.</summary>
    public long? ResultsSize { get; init; }

    /// <summary>The SHA-256 of the results, hexadecimal.</summary>
    public string? ResultsSha256 { get; init; }

    /// <summary>From this instant nobody gets the results any more.</summary>
    public DateTimeOffset? ResultsExpireAt { get; init; }

    public IReadOnlyList<HeldBundle>? BundlesHeld { get; init; }

    public IReadOnlyList<ReportedErasure>? EarlierErasures { get; init; }

    public IReadOnlyList<string>? Waiting { get; init; }

    public string? Cancellation { get; init; }

    public string? DueNotice { get; init; }
}

/// <summary>Events are named as OpenDSR names its fields; everything else in the binary is camelCase, and one context has one policy.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RequestStatusChanged))]
[JsonSerializable(typeof(RestoreStatusChanged))]
public sealed partial class EventsJson : JsonSerializerContext;
