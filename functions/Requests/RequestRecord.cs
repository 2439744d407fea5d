namespace ServerlessGdpr.Functions.Requests;

/// <summary>A request as the requests table holds it: everything about it but the person.</summary>
public sealed record RequestRecord
{
    public required string RequestId { get; init; }

    /// <summary>The application that asked.</summary>
    public required string Source { get; init; }

    /// <summary>The application's own id of the request.</summary>
    public required string SubjectRequestId { get; init; }

    public required string Type { get; init; }

    public required string Regulation { get; init; }

    public required string ApiVersion { get; init; }

    public required bool DryRun { get; init; }

    /// <summary>When the person asked, in the offset it was said in.</summary>
    public required DateTimeOffset SubmittedAt { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The end of the statutory period.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>One of <see cref="RequestStatuses"/>.</summary>
    public required string Status { get; init; }

    /// <summary>The keyed MAC of the event's canonical detail: tells a repetition from a conflict.</summary>
    public required string DetailMac { get; init; }

    /// <summary>The event that brought the request.</summary>
    public required string EventId { get; init; }

    /// <summary>The datastores that the request's identities lead to.</summary>
    public required IReadOnlyList<string> Datastores { get; init; }

    /// <summary>The others, each with the identity types that would lead there.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Unreachable { get; init; }

    /// <summary>The keyed MACs of the person's identities, by which the person's other requests are found (see <see cref="AcceptanceOrder"/>). None for a dry run, nor once nothing can take the request up again.</summary>
    public IReadOnlyList<string> IdentityMacs { get; init; } = [];

    /// <summary>An access request's result, once it is packaged.</summary>
    public PackagedBundle? Bundle { get; init; }

    /// <summary>0 for the first execution; an operator's retry of a failed one counts up.</summary>
    public int Attempt { get; init; }

    /// <summary>When the workflow was first seen at work; null while nobody knows whether it started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the work was allowed to begin; from then on the request cannot be cancelled.</summary>
    public DateTimeOffset? BegunAt { get; init; }

    /// <summary>When the request ended; null while it is open, a failed one that can be retried included.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Its completion was recorded, which is the last thing done: a repetition has nothing left to do.</summary>
    public bool IsCompleted => EndedAt is not null && (Status is RequestStatuses.Completed or RequestStatuses.PartiallyCompleted);

    /// <summary>Where an operator's decision goes; null while the execution waits for none.</summary>
    public string? TaskToken { get; init; }

    /// <summary>What was last published about the statutory clock.</summary>
    public string? DueNotice { get; init; }

    /// <summary>The last status that intake published (see <see cref="RequestStore.MarkAnnouncedAsync"/>).</summary>
    public string? Announced { get; init; }

    public bool IsTerminal => Status is RequestStatuses.Completed or RequestStatuses.PartiallyCompleted or RequestStatuses.Cancelled;

    public bool IsErasure => Type == RequestTypes.Erasure;

    /// <summary>The status as events give it.</summary>
    public string PublishedStatus => Status is RequestStatuses.Erasing or RequestStatuses.Exporting ? RequestStatuses.InProgress : Status;
}

/// <summary>A bundle in the export bucket (see <see cref="Access.ExportKeys.Bundle"/>).</summary>
/// <param name="Size">In bytes.</param>
/// <param name="Sha256">Of the whole bundle, hexadecimal.</param>
/// <param name="ExpiresAt">From this instant nobody gets it any more, whether or not it is still there.</param>
/// <param name="Attempt">The attempt of the request that packed it.</param>
public sealed record PackagedBundle(long Size, string Sha256, DateTimeOffset PackagedAt, DateTimeOffset ExpiresAt, int Attempt);
