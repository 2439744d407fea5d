using System.Text.Json;

namespace ServerlessGdpr.Local.Commands;

/// <summary>The detail of a RequestStatusChanged event, as an upstream app reads it.</summary>
public sealed record StatusEvent
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private static readonly HashSet<string> Ends = ["completed", "partially_completed", "cancelled", "failed", "rejected"];

    public string? Source { get; init; }

    public string? SubjectRequestId { get; init; }

    public string? SubjectRequestType { get; init; }

    public required string RequestStatus { get; init; }

    public string? SourceEventId { get; init; }

    public IReadOnlyList<Outcome> Outcomes { get; init; } = [];

    public IReadOnlyList<Reason> Reasons { get; init; } = [];

    public IReadOnlyList<string> Waiting { get; init; } = [];

    /// <summary>Of the bundle that an access request came to.</summary>
    public string? ResultsSha256 { get; init; }

    /// <summary>Nothing more happens by itself.</summary>
    public bool IsEnd => Ends.Contains(RequestStatus) || Waiting.Count > 0;

    /// <param name="envelope">The whole event, as a queue holds it.</param>
    public static StatusEvent Parse(string envelope)
    {
        using var document = JsonDocument.Parse(envelope);
        return document.RootElement.GetProperty("detail").Deserialize<StatusEvent>(Json)!;
    }

    public sealed record Outcome(string Datastore, string? Kind, [property: System.Text.Json.Serialization.JsonPropertyName("outcome")] string Name, long Found, long Erased, long Remaining)
    {
        /// <summary>The ARN of a restored copy; absent for the registered resource.</summary>
        public string? Target { get; init; }
    }

    /// <param name="Field">Where in the event's detail; empty for the event as a whole.</param>
    public sealed record Reason(string Field, string Code, string Message);
}
