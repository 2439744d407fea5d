namespace ServerlessGdpr.Functions;

/// <summary>The functions of this binary: a Lambda function's handler setting selects one of them.</summary>
public static class HandlerNames
{
    /// <summary>SQS: takes request, cancellation and operator events in.</summary>
    public const string ReceiveRequest = nameof(ReceiveRequest);

    /// <summary>SQS: takes in what AWS tells of restores.</summary>
    public const string ReceiveRestore = nameof(ReceiveRestore);

    /// <summary>SQS: keeps what ended in a dead-letter queue, encrypted, and reports it as failed.</summary>
    public const string DrainDeadLetters = nameof(DrainDeadLetters);

    /// <summary>Workflow: writes the ledger and decides which tasks run first.</summary>
    public const string PlanErasure = nameof(PlanErasure);

    /// <summary>Workflow: one datastore's erase and verify.</summary>
    public const string Datastore = nameof(Datastore);

    /// <summary>Workflow: records a wave's results and decides what comes next.</summary>
    public const string AdvanceErasure = nameof(AdvanceErasure);

    /// <summary>Workflow, also of access requests: keeps the task token until an operator decides.</summary>
    public const string AskOperator = nameof(AskOperator);

    /// <summary>Workflow: outcome, certificate, status event.</summary>
    public const string CompleteRequest = nameof(CompleteRequest);

    /// <summary>Schedule: statutory clock, ended exemptions, evidence locks.</summary>
    public const string WatchDeadlines = nameof(WatchDeadlines);

    /// <summary>Access: one export for each datastore.</summary>
    public const string PlanAccess = nameof(PlanAccess);

    /// <summary>Access: records exports, or an operator's decision, and decides what comes next.</summary>
    public const string RecordExports = nameof(RecordExports);

    /// <summary>Access: packs what was exported.</summary>
    public const string PackageBundle = nameof(PackageBundle);

    /// <summary>Access: certificate, status event, an empty vault.</summary>
    public const string CompleteAccess = nameof(CompleteAccess);

    /// <summary>Operators: a link to a bundle.</summary>
    public const string LinkBundle = nameof(LinkBundle);

    /// <summary>Replay: says what must be asked about a restore.</summary>
    public const string BeginReplay = nameof(BeginReplay);

    /// <summary>Replay: decides whose data was restored, and from when.</summary>
    public const string ResolveRestore = nameof(ResolveRestore);

    /// <summary>Replay: selects people from the ledger.</summary>
    public const string PlanReplay = nameof(PlanReplay);

    /// <summary>Replay: records a page's results, or an operator's decision, and decides what comes next.</summary>
    public const string RecordReplay = nameof(RecordReplay);

    /// <summary>Replay: keeps people in the ledger while backups of the copy may hold them.</summary>
    public const string ExtendMemory = nameof(ExtendMemory);

    /// <summary>Replay: keeps the task token until an operator decides.</summary>
    public const string AskAboutRestore = nameof(AskAboutRestore);

    /// <summary>Replay: says what became of a restore.</summary>
    public const string DeclareRestore = nameof(DeclareRestore);

    /// <summary>Replay: tags a restored bucket with how far its cleaning is.</summary>
    public const string MarkBucket = nameof(MarkBucket);

    /// <summary>Schedule: what the retention of backups was when, and ledger entries kept for as long.</summary>
    public const string KeepMemory = nameof(KeepMemory);

    /// <summary>Schedule, and at restores: whether the ledger's table is behind its write-once copies.</summary>
    public const string CheckLedger = nameof(CheckLedger);

    /// <summary>Operators: puts back into the ledger's table what its write-once copies remember.</summary>
    public const string RebuildLedger = nameof(RebuildLedger);

    /// <summary>Schedule: replays of restores that no event told of; backups that are older than declared.</summary>
    public const string ReconcileRestores = nameof(ReconcileRestores);
}
