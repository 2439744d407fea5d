using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Requests;

namespace ServerlessGdpr.Functions.Erasure;

/// <summary>What one round of erase and verify means for a task. Nothing here reads or writes.</summary>
public static class RoundResult
{
    /// <summary>Rounds in which records may still be found; then an operator looks.</summary>
    public const int MaxRounds = 6;

    private const int FirstBackOffSeconds = 5;
    private const int MaxBackOffSeconds = 300;

    /// <summary>The task after the round, and the seconds to wait before its next one where it needs one.</summary>
    public static (ErasureTask Task, int WaitSeconds) Apply(ErasureTask task, TaskResult result, bool dryRun, DateTimeOffset now)
    {
        var erased = result.Erase?.Erased ?? 0;
        if (result.Failure is { } failure)
        {
            // What was erased before the failure was erased.
            var failed = task with { State = TaskStates.Waiting, Error = failure.Error, ZeroReads = 0 };
            return (dryRun ? failed : failed with { Erased = task.Erased + erased, Found = Math.Max(task.Found, task.Erased + erased) }, 0);
        }

        var verify = result.Verify ?? new PartialAnswer();
        var counted = task with { Rounds = task.Rounds + 1, Error = null, Evidence = verify.Evidence };
        if (dryRun) return (Counted(counted, verify), 0);

        counted = counted with
        {
            Erased = task.Erased + erased,
            Remaining = verify.Remaining,
            Exempt = Math.Max(verify.Exempt, result.Erase?.Exempt ?? 0),
            ExemptUntil = verify.ExemptUntil ?? result.Erase?.ExemptUntil,
        };
        counted = counted with { Found = counted.Erased + counted.Remaining + counted.Exempt };

        return verify.Outcome switch
        {
            Outcomes.Unreachable => (counted with { State = TaskStates.Final, Outcome = Outcomes.Unreachable, Needs = verify.Needs }, 0),
            Outcomes.Partial => (counted with { ZeroReads = erased > 0 ? 0 : counted.ZeroReads }, 0),
            _ when verify.Remaining > 0 || verify.Outcome is null => Residue(counted),
            _ when verify.ConfirmAfterSeconds > 0 => ZeroRead(counted, erased, verify.ConfirmAfterSeconds, now),
            _ => (Verified(counted, now), 0),
        };
    }

    /// <summary>One zero from an index is no proof; a second one, the pause later and with nothing erased in between, is.</summary>
    private static (ErasureTask Task, int WaitSeconds) ZeroRead(ErasureTask task, long erasedThisRound, int pauseSeconds, DateTimeOffset now)
    {
        var zeroReads = erasedThisRound > 0 ? 1 : task.ZeroReads + 1;
        if (zeroReads >= 2) return (Verified(task, now) with { ZeroReads = zeroReads }, 0);
        return task.Rounds >= MaxRounds ? (GivenUp(task), 0) : (task with { ZeroReads = zeroReads }, pauseSeconds);
    }

    private static (ErasureTask Task, int WaitSeconds) Residue(ErasureTask task) => task.Rounds >= MaxRounds
        ? (GivenUp(task), 0)
        : (task with { ZeroReads = 0 }, Math.Min(MaxBackOffSeconds, FirstBackOffSeconds << (task.Rounds - 1)));

    private static ErasureTask GivenUp(ErasureTask task) => task with { State = TaskStates.Waiting, Error = "RecordsRemain", ZeroReads = 0 };

    private static ErasureTask Verified(ErasureTask task, DateTimeOffset now) => task with
    {
        State = TaskStates.Final,
        VerifiedAt = now,
        Outcome = task.Exempt > 0 ? Outcomes.Exempt : task.Erased > 0 ? Outcomes.Erased : Outcomes.NotFound,
    };

    private static ErasureTask Counted(ErasureTask task, PartialAnswer verify) => task with
    {
        State = TaskStates.Final,
        Found = verify.Found,
        Remaining = verify.Remaining,
        Exempt = verify.Exempt,
        ExemptUntil = verify.ExemptUntil,
        Needs = verify.Needs,
        Outcome = verify switch
        {
            { Outcome: Outcomes.Unreachable } => Outcomes.Unreachable,
            { Remaining: > 0 } => TaskOutcomes.WouldErase,
            { Exempt: > 0 } => Outcomes.Exempt,
            _ => Outcomes.NotFound,
        },
    };
}
