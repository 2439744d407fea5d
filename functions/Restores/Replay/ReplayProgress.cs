namespace ServerlessGdpr.Functions.Restores.Replay;

/// <summary>
/// Decides from what a pass left behind what the replay of a restore does next. Pure: a record in, a record out.
/// A sweep selects everyone, then, pass by pass, whoever was added meanwhile, until a pass adds nobody.
/// </summary>
internal static class ReplayProgress
{
    /// <summary>How much later than a batch's verification a restore may be declared clean with the same memory of its people.</summary>
    public static readonly TimeSpan MemoryMargin = TimeSpan.FromDays(2);

    /// <summary>Sweeps in a row that leave something before an operator is asked.</summary>
    private const int SweepsBeforeOperator = 3;

    /// <summary>Without an answer an operator is asked again, after another look.</summary>
    public static readonly TimeSpan AskLimit = TimeSpan.FromDays(30);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(5);

    /// <summary>Many locks may end one after the other.</summary>
    private static readonly TimeSpan ShortestLock = TimeSpan.FromHours(1);

    /// <summary>A clean restore is looked at again so long after it was declared clean, and so long after that.</summary>
    private static readonly TimeSpan[] LaterSweeps = [TimeSpan.FromHours(1), TimeSpan.FromHours(23)];

    public static RestoreRecord BeginSweep(this RestoreRecord record, DateTimeOffset notBefore, bool failed) => record with
    {
        Sweep = record.Sweep + 1,
        Pass = 1,
        PassStartedAt = null,
        PreviousPassStartedAt = null,
        PassSelected = 0,
        SweepStartedAt = null,
        FailedSweeps = failed ? record.FailedSweeps + 1 : 0,
        Counts = new ReplayCounts(),
        Next = ReplaySteps.Select,
        NotBefore = notBefore,
    };

    /// <summary>One page of the current pass is through. A restore in which a later sweep found something was not clean.</summary>
    public static RestoreRecord Add(this RestoreRecord record, long selected, ReplayCounts page) => record with
    {
        CleanAt = HasFound(page) ? null : record.CleanAt,
        Status = HasFound(page) ? RestoreStatuses.InProgress : record.Status,
        PassSelected = record.PassSelected + selected,
        ErasedInAll = record.ErasedInAll + page.Erased,
        Counts = (record.Counts with
        {
            Selected = record.Counts.Selected + selected,
            Erased = record.Counts.Erased + page.Erased,
            Remaining = record.Counts.Remaining + page.Remaining,
            Newer = record.Counts.Newer + page.Newer,
            Unproven = record.Counts.Unproven + page.Unproven,
            FailedBatches = record.Counts.FailedBatches + page.FailedBatches,
        }).AddExempt(page.Exempt, page.ExemptUntil),
        Next = ReplaySteps.Select,
        NotBefore = null,
    };

    private static bool HasFound(ReplayCounts page) => page is { Erased: > 0 } or { Remaining: > 0 };

    /// <summary>The last page of a pass is through.</summary>
    /// <param name="indexLag">How long the ledger's index may show an entry later than the table has it.</param>
    public static RestoreRecord EndPass(this RestoreRecord record, DateTimeOffset now, TimeSpan indexLag)
    {
        // What an index did not show yet, only a pass after its lag does.
        if (record.Pass > 1 && record.PassSelected == 0) return record.EndSweep(now);
        return record with
        {
            Pass = record.Pass + 1,
            PreviousPassStartedAt = record.PassStartedAt,
            PassStartedAt = null,
            PassSelected = 0,
            Next = ReplaySteps.Wait,
            NotBefore = now + indexLag,
        };
    }

    /// <summary>The status event is sent, and what was to be lifted is lifted.</summary>
    public static RestoreRecord Declare(this RestoreRecord record, DateTimeOffset now)
    {
        if (record.Reason is not null)
            return record with { Status = record.IsResolved ? RestoreStatuses.CleanedIncompletely : RestoreStatuses.Ended, WasReleased = true, Next = ReplaySteps.End };

        // An announcement came after the last pass. What was lifted by now is put again: whoever is to be selected may still be in there.
        if (record.SelectAgain) return record with { QuarantinedAt = record.WasReleased ? record.QuarantinedAt : null, Next = ReplaySteps.Begin, NotBefore = null };
        return (record with { Status = RestoreStatuses.Clean, CleanAt = now, WasReleased = true, OperatorReason = null }).AwaitLaterSweep(now);
    }

    /// <returns>Null when the decision says nothing that can be done: the operator is asked again.</returns>
    public static RestoreRecord? Decide(this RestoreRecord record, RestoreDecision decision, DateTimeOffset now) => decision switch
    {
        { Kind: "retry" } when !record.IsResolved || record.Obstacle is not null => record.Leave() with { Next = ReplaySteps.Begin },
        { Kind: "retry" } => record.Leave().BeginSweep(now, failed: false),
        { Kind: "close", Reason: { } reason } => record.Leave() with { Reason = reason, Next = ReplaySteps.Release },
        { Kind: Datastores.UnprovenRecords.Erase } when record.IsResolved => (record.Leave() with { UnprovenDecision = Datastores.UnprovenRecords.Erase }).BeginSweep(now, failed: false),
        { Kind: "keep" } when record.IsResolved => (record.Leave() with { UnprovenDecision = Datastores.UnprovenRecords.Report }).BeginSweep(now, failed: false),
        _ => null,
    };

    private static RestoreRecord Leave(this RestoreRecord record) => record with { Status = RestoreStatuses.InProgress, OperatorReason = null, TaskToken = null, NotBefore = null };

    private static RestoreRecord EndSweep(this RestoreRecord record, DateTimeOffset now)
    {
        if (record.Counts.FailedBatches == 0) record = record with { RememberedAt = record.SweepStartedAt };
        if (record.SelectAgain) return record with { Next = ReplaySteps.Begin, NotBefore = null };
        if (record.Counts is { Remaining: > 0 } or { FailedBatches: > 0 }) return record.SweepAgain(now, ReplayReasons.RecordsRemain);
        if (record.Counts.Unproven > 0 && record.UnprovenDecision is null) return record.Ask(ReplayReasons.RecordsUnproven);

        // An erasure that was still under way may be held by now.
        if (record.Counts.Exempt > 0) return record.SweepAgain(now, ReplayReasons.RecordsExempt);
        if (record.Obstacle is { } obstacle) return record.Ask(obstacle);
        if (!record.MemoryReaches) return record.Ask(ReplayReasons.MemoryTooShort);
        if (now - record.SweepStartedAt > MemoryMargin) return record.BeginSweep(now, failed: false);

        return record.CleanAt is not null
            ? (record with { LaterSweeps = record.LaterSweeps + 1, Status = RestoreStatuses.Clean, OperatorReason = null }).AwaitLaterSweep(now)
            : record with { Next = ReplaySteps.Release, NotBefore = null };
    }

    /// <summary>A restore that is clean is looked at again, until it was often enough.</summary>
    public static RestoreRecord AwaitLaterSweep(this RestoreRecord record, DateTimeOffset now) => record.LaterSweeps < LaterSweeps.Length
        ? record.BeginSweep(now + LaterSweeps[record.LaterSweeps], failed: false).Waiting()
        : record with { Next = ReplaySteps.End, NotBefore = null, SweepStartedAt = null };

    /// <summary>Until there were enough that left something.</summary>
    private static RestoreRecord SweepAgain(this RestoreRecord record, DateTimeOffset now, string reason) => record.FailedSweeps + 1 < SweepsBeforeOperator
        ? record.BeginSweep(now + (FirstPause * Math.Pow(2, record.FailedSweeps)), failed: true).Waiting()
        : record.Ask(reason);

    /// <summary>
    /// How long an operator's answer is waited for: while the ledger still remembers whom it is about. What is locked is looked at again by itself when the first lock
    /// has ended, if that is earlier.
    /// </summary>
    public static TimeSpan AskFor(this RestoreRecord record, DateTimeOffset now)
    {
        var memory = TimeSpan.FromDays(Math.Min(record.MemoryDays ?? AskLimit.Days, AskLimit.Days));
        if (record is not { OperatorReason: ReplayReasons.RecordsExempt, Counts.ExemptUntil: { } until }) return memory;
        var lockEnds = until - now + TimeSpan.FromSeconds(1);
        if (lockEnds > memory) return memory;
        return lockEnds > ShortestLock ? lockEnds : ShortestLock;
    }

    /// <summary>
    /// Where nobody knows when the data is from, whoever was in the ledger when it was restored may be in it. Some may be forgotten since, unless a sweep told the ledger to
    /// remember all of them, and that long enough.
    /// </summary>
    /// <param name="days">For how many days a sweep makes the ledger remember its people, at the least.</param>
    public static bool IsRemembered(this RestoreRecord record, int days, DateTimeOffset now) =>
        now - (record.RememberedAt ?? record.Restore.StartedAt) <= MemoryMargin + TimeSpan.FromDays(record.RememberedAt is null ? 0 : days);

    private static RestoreRecord Waiting(this RestoreRecord record) => record with { Next = ReplaySteps.Wait };

    private static RestoreRecord Ask(this RestoreRecord record, string reason) => record with { OperatorReason = reason, Next = ReplaySteps.Ask, NotBefore = null };
}

/// <summary>Why a replay needs an operator. Recorded and shown, so API.</summary>
public static class ReplayReasons
{
    /// <summary>Several sweeps in a row left records or failed batches.</summary>
    public const string RecordsRemain = "records_remain";

    /// <summary>
    /// Records are locked, or exempt, in the restored resource alone: when that ends, nobody but this replay erases them. It looks again by itself then, or when an operator
    /// says so.
    /// </summary>
    public const string RecordsExempt = "records_exempt";

    /// <summary>In a resource that was in use nothing proves whether records are older than the person's erasure.</summary>
    public const string RecordsUnproven = "records_unproven";

    /// <summary>The data is older than the ledger is guaranteed to remember: everyone it knows is erased, and others may be there.</summary>
    public const string MemoryTooShort = "memory_too_short";
}
