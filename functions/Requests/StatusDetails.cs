namespace ServerlessGdpr.Functions.Requests;

/// <summary>What a status event says beyond where the request stands.</summary>
public sealed record StatusDetails
{
    /// <summary>How each datastore came out, and each restored copy of it; empty while that is not known.</summary>
    public IReadOnlyList<DatastoreOutcome> Outcomes { get; init; } = [];

    /// <summary>Names, fields and codes; never a value of the input.</summary>
    public IReadOnlyList<Reason> Reasons { get; init; } = [];

    /// <summary>The day by which the last backup that may hold the person ages out.</summary>
    public DateOnly? BackupsExpireBy { get; init; }

    /// <summary>The datastores that wait for an operator, be it for a restored copy of them.</summary>
    public IReadOnlyList<string> Waiting { get; init; } = [];

    /// <summary>What became of a cancellation (see <see cref="CancellationOutcomes"/>).</summary>
    public string? Cancellation { get; init; }

    /// <summary>The statutory period is nearly or wholly over.</summary>
    public string? DueNotice { get; init; }

    /// <summary>The event that this answers; null for the one that brought the request.</summary>
    public string? EventId { get; init; }
}

/// <summary>How one task in one datastore came out. Names and counts only.</summary>
public sealed record DatastoreOutcome
{
    public required string Datastore { get; init; }

    /// <summary>The ARN of the restored copy that the task was on; null for the registered resource.</summary>
    public string? Target { get; init; }

    public string? Kind { get; init; }

    public required string Outcome { get; init; }

    public long Found { get; init; }

    public long Erased { get; init; }

    public long Remaining { get; init; }

    public long Exempt { get; init; }

    /// <summary>When the first of the exempt records may be erased.</summary>
    public DateTimeOffset? ExemptUntil { get; init; }

    /// <summary>The identity types that would reach the datastore.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>The class of what failed.</summary>
    public string? Error { get; init; }

    /// <summary>The code with which an operator closed the task.</summary>
    public string? Reason { get; init; }

    public DateTimeOffset? VerifiedAt { get; init; }
}
