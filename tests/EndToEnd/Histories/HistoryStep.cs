namespace ServerlessGdpr.Tests.EndToEnd.Histories;

/// <summary>What the histories must have in them, all together.</summary>
internal enum StepKind
{
    Register,
    ComeBack,
    Erase,
    EraseDuringReplay,
    BackUpDuringErasure,
    HoldErasureUp,
    BackUpTable,
    BackUpTableInVault,
    BackUpBucket,
    BackUpCopyAtOnce,
    BackUpCopyLater,
    BackUpBucketCopyAtOnce,
    BackUpBucketCopyLater,
    RememberInstant,
    RestoreTable,
    RestoreTableFromVault,
    RestoreTableToInstant,
    RestoreBucket,
    RestoreCopyOfTable,
    RestoreCopyOfBucket,
    RestoreUnderOldName,
    LoseEventsOfTable,
    LoseEventsOfBucket,
    TellTwice,
    HinderReplayOfTable,
    HinderReplayOfBucket,
    DeleteTable,
    DeleteBucket,
    DeleteAndRestoreAgain,
    KeepLedger,
    BringLedgerBack,
    BringLedgerBackAndRebuild,
}

/// <param name="Kinds">What it is counted as.</param>
internal abstract record HistoryStep(IReadOnlyList<StepKind> Kinds)
{
    /// <summary>Until the next one.</summary>
    public TimeSpan Pause { get; init; }
}

/// <summary>A person registers, orders and uploads; or does so again; or comes back.</summary>
internal sealed record Registers(Person Person, IReadOnlyList<StepKind> Kinds) : HistoryStep(Kinds);

/// <param name="Copy">The erasure is asked for as soon as this copy can be used, so that it meets its replay; null for at once.</param>
/// <param name="After">So long after that.</param>
internal sealed record AsksToBeErased(Person Person, string RequestId, string? Copy, TimeSpan After, IReadOnlyList<StepKind> Kinds) : HistoryStep(Kinds)
{
    /// <summary>A backup of the customers at the instant in which the person is erased from them, while the person is there; null for none.</summary>
    public string? Backup { get; init; }

    /// <summary>It cannot be completed before an operator retries it.</summary>
    public bool IsHeldUp { get; init; }
}

/// <summary>What held erasures up is over, and an operator retries them.</summary>
internal sealed record RetriesErasures() : HistoryStep([]);

/// <param name="Backup">What later steps call it.</param>
/// <param name="Resource">A registered table or bucket, or a copy.</param>
/// <param name="InVault">By AWS Backup, which takes a while; DynamoDB backs up at once.</param>
internal sealed record BacksUp(string Backup, string Resource, bool InVault, IReadOnlyList<StepKind> Kinds) : HistoryStep(Kinds);

/// <summary>An instant to which a registered table can be brought back.</summary>
internal sealed record RemembersInstant(string Backup, string Table, IReadOnlyList<StepKind> Kinds) : HistoryStep(Kinds);

/// <param name="IsLost">No event tells of it.</param>
/// <param name="IsToldTwice">Its event comes a second time.</param>
/// <param name="IsHindered">The first batch of its replay fails.</param>
internal sealed record RestoresCopy(string Backup, string Copy, bool IsLost, bool IsToldTwice, bool IsHindered, IReadOnlyList<StepKind> Kinds) : HistoryStep(Kinds);

internal sealed record DeletesCopy(string Copy, IReadOnlyList<StepKind> Kinds) : HistoryStep(Kinds);

/// <summary>The ledger's own table is backed up.</summary>
internal sealed record KeepsLedger() : HistoryStep([StepKind.KeepLedger]);

/// <summary>The ledger's table is as it was when it was last backed up.</summary>
/// <param name="IsRebuilt">An operator rebuilds it at once; otherwise whatever needs it has to, or an operator much later.</param>
internal sealed record BringsLedgerBack(bool IsRebuilt) : HistoryStep([IsRebuilt ? StepKind.BringLedgerBackAndRebuild : StepKind.BringLedgerBack]);
