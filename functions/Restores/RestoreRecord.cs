namespace ServerlessGdpr.Functions.Restores;

/// <summary>One restore as it is recorded: what its announcements say together, and how far its replay is. Nothing in it is personal.</summary>
public sealed record RestoreRecord
{
    /// <summary>Made of <see cref="RestoreIdentity"/>; also the name of the execution.</summary>
    public required string RestoreId { get; init; }

    /// <summary>What the announcements say together.</summary>
    public required Restore Restore { get; init; }

    /// <summary>The registered datastores that are concerned; empty while their source has to be looked up.</summary>
    public required IReadOnlyList<string> Datastores { get; init; }

    /// <summary>Those of them that cannot be replayed into what was restored; the others are, and an operator is asked about these at the end. Settable, since older records have none.</summary>
    public IReadOnlyList<string> NotReplayed { get; set; } = [];

    /// <summary>Why not, one of <see cref="Recognition.OperatorReasons"/>; null where all of them can.</summary>
    public string? Obstacle { get; init; }

    /// <summary>One of <see cref="RestoreStatuses"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Why an operator must decide, one of <see cref="Recognition.OperatorReasons"/>; null when nobody must.</summary>
    public string? OperatorReason { get; init; }

    /// <summary>Grows with every write: only one of two concurrent writers takes effect.</summary>
    public long Version { get; init; }

    /// <summary>0 for the first execution; later ones are named <c>{restoreId}-r{n}</c>.</summary>
    public int Attempt { get; init; }

    /// <summary>What AWS answered to the look-ups so far. The announcements stay as they came, so that a repeated one opens no question anew.</summary>
    public IReadOnlyList<AnsweredLookUp> Answers { get; init; } = [];

    /// <summary>Everyone verified at or after this instant is replayed; null for everyone. That of a backup of a copy is its parent's where that is lower.</summary>
    public DateTimeOffset? EffectiveAsOf { get; init; }

    /// <summary>Whether <see cref="EffectiveAsOf"/> was resolved.</summary>
    public bool IsResolved { get; init; }

    /// <summary>An announcement added something after the selection: what is to be selected is resolved anew before the restore is clean.</summary>
    public bool SelectAgain { get; init; }

    /// <summary>From 1; 0 before the first.</summary>
    public int Sweep { get; init; }

    /// <summary>The pass of the sweep, from 1: the first selects everyone, later ones who was added meanwhile.</summary>
    public int Pass { get; init; }

    /// <summary>When the current pass began to select; null before.</summary>
    public DateTimeOffset? PassStartedAt { get; init; }

    /// <summary>When the pass before it began: whoever was added since is the current pass's.</summary>
    public DateTimeOffset? PreviousPassStartedAt { get; init; }

    /// <summary>Ledger entries that the pages of the current pass selected so far.</summary>
    public long PassSelected { get; init; }

    /// <summary>When the sweep began: the ledger's memory of whom it replayed was extended no earlier.</summary>
    public DateTimeOffset? SweepStartedAt { get; init; }

    /// <summary>From here on new erasures have a task on the restored resource themselves.</summary>
    public DateTimeOffset? RegisteredAt { get; init; }

    /// <summary>When AWS said that the restored resource can be used.</summary>
    public DateTimeOffset? UsableAt { get; init; }

    /// <summary>When reads were denied to everyone else; null where AWS cannot, or where it is off.</summary>
    public DateTimeOffset? QuarantinedAt { get; init; }

    /// <summary>The restored resource is a bucket whose tag says whether it is clean.</summary>
    public bool MarksBucket { get; init; }

    /// <summary>When everyone selected was first verified; null again while a later sweep's finding is cleaned.</summary>
    public DateTimeOffset? CleanAt { get; init; }

    /// <summary>Its quarantine was lifted once: somebody may work with the restored resource.</summary>
    public bool WasReleased { get; init; }

    /// <summary>What an operator decided about records that nothing proves: one of <see cref="Datastores.UnprovenRecords"/>; null before.</summary>
    public string? UnprovenDecision { get; init; }

    /// <summary>An operator's reason for closing it.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether the ledger is guaranteed to know everyone who was erased since asOf.</summary>
    public bool MemoryReaches { get; init; } = true;

    /// <summary>For how many days a sweep makes the ledger remember its people, in the datastore where these are the fewest; null before the first.</summary>
    public int? MemoryDays { get; init; }

    /// <summary>When the last sweep began that made the ledger remember everyone whom it selected; null before. One with a batch that failed may not have.</summary>
    public DateTimeOffset? RememberedAt { get; init; }

    /// <summary>Of the current sweep.</summary>
    public ReplayCounts Counts { get; init; } = new();

    /// <summary>Records erased in all sweeps.</summary>
    public long ErasedInAll { get; init; }

    /// <summary>Sweeps in a row that left something behind.</summary>
    public int FailedSweeps { get; init; }

    /// <summary>Sweeps since the restore was declared clean.</summary>
    public int LaterSweeps { get; init; }

    /// <summary>The last step of the workflow that was recorded, so that a repeated one changes nothing.</summary>
    public string Recorded { get; init; } = "";

    /// <summary>What the workflow does next: one of <see cref="Replay.ReplaySteps"/>.</summary>
    public string Next { get; init; } = Replay.ReplaySteps.Begin;

    /// <summary>It does that no earlier.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>What intake last published about it (see <see cref="RestoreStore.MarkAnnouncedAsync"/>).</summary>
    public string? Announced { get; init; }

    /// <summary>While the execution waits for an operator.</summary>
    public string? TaskToken { get; init; }
}

/// <param name="At">The instant AWS told; null where it told none.</param>
/// <param name="SourceArn">What was backed up; null where AWS did not tell.</param>
public sealed record AnsweredLookUp(LookUp LookUp, DateTimeOffset? At, string? SourceArn);

/// <summary>What the passes of a sweep have done so far.</summary>
public sealed record ReplayCounts
{
    /// <summary>Ledger entries selected; a person whom two passes select counts twice.</summary>
    public long Selected { get; init; }

    public long Erased { get; init; }

    /// <summary>Records verified to be there still.</summary>
    public long Remaining { get; init; }

    /// <summary>Records proven newer than the erasure, which stay.</summary>
    public long Newer { get; init; }

    /// <summary>Records that nothing proves, left for an operator.</summary>
    public long Unproven { get; init; }

    /// <summary>Records kept under an exemption or a lock of people whose own requests do not take them up when it ends (<see cref="Replay.ReplayBatch.IsTakenUp"/>).</summary>
    public long Exempt { get; init; }

    /// <summary>When the first of them may be erased.</summary>
    public DateTimeOffset? ExemptUntil { get; init; }

    public long FailedBatches { get; init; }

    public ReplayCounts AddExempt(long records, DateTimeOffset? until) => records == 0
        ? this
        : this with { Exempt = Exempt + records, ExemptUntil = ExemptUntil is { } earliest && !(until < earliest) ? earliest : until };
}
