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

    /// <summary>What an access request came to.</summary>
    public DeliveredBundle? Bundle { get; init; }

    /// <summary>A completed erasure: bundles with the person's data that can still be had.</summary>
    public IReadOnlyList<HeldBundle> BundlesHeld { get; init; } = [];

    /// <summary>A completed access request: erasures of the same person that were accepted before it.</summary>
    public IReadOnlyList<ReportedErasure> EarlierErasures { get; init; } = [];

    /// <summary>What became of a cancellation (see <see cref="CancellationOutcomes"/>).</summary>
    public string? Cancellation { get; init; }

    /// <summary>The statutory period is nearly or wholly over.</summary>
    public string? DueNotice { get; init; }

    /// <summary>The event that this answers; null for the one that brought the request.</summary>
    public string? EventId { get; init; }
}

/// <summary>Where a bundle lies.</summary>
/// <param name="Location"><c>s3://bucket/key</c>. Only the system's own function can read it: operators make links with it.</param>
public sealed record DeliveredBundle(string Location, long Size, string Sha256, DateTimeOffset ExpiresAt);

/// <summary>A bundle of another request of the same person.</summary>
/// <param name="Source">The application that asked for it.</param>
public sealed record HeldBundle(string Source, string SubjectRequestId, DateTimeOffset ExpiresAt);

/// <summary>An erasure of the person's data that was asked for before.</summary>
/// <param name="RequestStatus">One of <see cref="RequestStatuses"/>, as published.</param>
/// <param name="ResultsCount">Records erased in all datastores.</param>
public sealed record ReportedErasure(DateTimeOffset SubmittedTime, string RequestStatus, long ResultsCount, DateOnly? BackupsExpireBy);

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

    /// <summary>Exporting: the files among what was found.</summary>
    public int? Files { get; init; }

    /// <summary>Exporting: values about other people that were left out.</summary>
    public long? Redacted { get; init; }

    /// <summary>When the first of the exempt records may be erased; where nothing is erased but expires, when the last of them has.</summary>
    public DateTimeOffset? ExemptUntil { get; init; }

    /// <summary>The identity types that would reach the datastore.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>The class of what failed.</summary>
    public string? Error { get; init; }

    /// <summary>The code with which an operator closed the task.</summary>
    public string? Reason { get; init; }

    public DateTimeOffset? VerifiedAt { get; init; }
}
