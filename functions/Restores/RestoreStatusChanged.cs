namespace ServerlessGdpr.Functions.Restores;

/// <summary>The detail of a status event about a restore. Names, instants and counts; what does not apply, or is not known yet, is absent.</summary>
public sealed record RestoreStatusChanged
{
    public string? RestoreId { get; init; }

    /// <summary>One of <see cref="RestoreStatuses"/>.</summary>
    public required string RestoreStatus { get; init; }

    public IReadOnlyList<string>? Datastores { get; init; }

    /// <summary>Those of them that cannot be replayed into what was restored; absent where all of them can.</summary>
    public IReadOnlyList<string>? NotReplayed { get; init; }

    public string? TargetArn { get; init; }

    public string? SourceArn { get; init; }

    /// <summary>Everyone verified at or after this instant is replayed; absent for everyone.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary><c>unknown</c>, <c>described</c> or <c>stated</c>.</summary>
    public string? AsOfConfidence { get; init; }

    /// <summary><c>aws_backup</c>, <c>rds</c>, <c>cloud_trail</c>, <c>reconciler</c>.</summary>
    public IReadOnlyList<string>? AnnouncedBy { get; init; }

    public int? Sweep { get; init; }

    /// <summary>Ledger entries selected in this sweep.</summary>
    public long? Selected { get; init; }

    /// <summary>Records erased in all sweeps.</summary>
    public long? Erased { get; init; }

    public long? Remaining { get; init; }

    /// <summary>Records proven newer than the erasure, which stay.</summary>
    public long? Newer { get; init; }

    /// <summary>Records that nothing proves, left for an operator.</summary>
    public long? Unproven { get; init; }

    /// <summary>Records that are locked, or exempt, in the restored resource alone.</summary>
    public long? Exempt { get; init; }

    /// <summary>When the first of them may be erased.</summary>
    public DateTimeOffset? ExemptUntil { get; init; }

    /// <summary>Records erased while asOf is unknown: some may be newer than the person's erasure.</summary>
    public long? PossibleOverErasure { get; init; }

    public long? FailedBatches { get; init; }

    public DateTimeOffset? QuarantinedAt { get; init; }

    /// <summary>How long the restored resource could be read before the quarantine took effect.</summary>
    public double? QuarantineGapSeconds { get; init; }

    public DateTimeOffset? UsableAt { get; init; }

    public DateTimeOffset? CleanAt { get; init; }

    /// <summary>Since the restore began.</summary>
    public double? TimeToCleanSeconds { get; init; }

    /// <summary>Why an operator must decide: one of <see cref="Recognition.OperatorReasons"/>.</summary>
    public string? OperatorReason { get; init; }

    /// <summary>An operator's reason for closing it.</summary>
    public string? Reason { get; init; }

    /// <summary>EventBridge's id of the event that this answers, where it belongs to no known restore.</summary>
    public string? SourceEventId { get; init; }
}
