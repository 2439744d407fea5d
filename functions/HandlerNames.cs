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

    /// <summary>Workflow: keeps the task token until an operator decides.</summary>
    public const string AskOperator = nameof(AskOperator);

    /// <summary>Workflow: outcome, certificate, status event.</summary>
    public const string CompleteRequest = nameof(CompleteRequest);

    /// <summary>Schedule: statutory clock, ended exemptions, evidence locks.</summary>
    public const string WatchDeadlines = nameof(WatchDeadlines);

    /// <summary>Schedule: what the retention of backups was when, and ledger entries kept for as long.</summary>
    public const string KeepMemory = nameof(KeepMemory);

    /// <summary>Schedule, and at restores: whether the ledger's table is behind its write-once copies.</summary>
    public const string CheckLedger = nameof(CheckLedger);

    /// <summary>Operators: puts back into the ledger's table what its write-once copies remember.</summary>
    public const string RebuildLedger = nameof(RebuildLedger);

    /// <summary>Schedule: replays of restores that no event told of; backups that are older than declared.</summary>
    public const string ReconcileRestores = nameof(ReconcileRestores);
}
