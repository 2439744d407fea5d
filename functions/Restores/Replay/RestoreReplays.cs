using System.Globalization;
using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Functions.Restores.Replay;

/// <summary>What the steps of a replay read out of its record.</summary>
internal static class RestoreReplays
{
    /// <summary>Another execution takes care of the restore: a later attempt, or that of the record it was merged into.</summary>
    public static bool IsAnothers(this RestoreRecord record, int attempt) => record.Attempt != attempt || record.Status == RestoreStatuses.Merged;

    /// <summary>It was clean all the time, but an operator had been asked in between.</summary>
    public static bool IsCleanAgain(this RestoreRecord record, RestoreRecord before) =>
        record.Status == RestoreStatuses.Clean && before.CleanAt is not null && before.Status != RestoreStatuses.Clean;

    /// <summary>The datastores whose people are erased from what was restored.</summary>
    public static IEnumerable<string> Replayed(this RestoreRecord record) => record.Datastores.Except(record.NotReplayed);

    /// <summary>What tells the restored copy, or what was restored in place, from others at the same place.</summary>
    public static string? CopyId(this RestoreRecord record) => record.Restore.Target is { InPlace: true } ? record.RestoreId : record.Restore.Target?.ResourceId;

    /// <summary>What no answer is recorded for yet.</summary>
    public static IEnumerable<LookUp> Questions(this RestoreRecord record)
    {
        IEnumerable<LookUp> ofSource = record.Restore.SourceLookUp is { } source ? [source] : [];
        return LookUp.Union(record.Restore.AsOf.LookUps, ofSource).Except(record.Answers.Select(answered => answered.LookUp));
    }

    /// <summary>A table that was closed to readers.</summary>
    public static Quarantine? QuarantineToLift(this RestoreRecord record) =>
        record is { QuarantinedAt: not null, Restore.Target: { } target }
            ? new Quarantine(target.Arn, null, record.Reason is null ? RestoreStatuses.Clean : RestoreStatuses.CleanedIncompletely, record.WasReleased)
            : null;

    public static ReplayState ToState(this RestoreRecord record, string next, int waitSeconds = 0) => new()
    {
        RestoreId = record.RestoreId,
        Attempt = record.Attempt,
        Next = next,
        Step = record.Version.ToString(CultureInfo.InvariantCulture),
        WaitSeconds = waitSeconds,
        Quarantine = record.QuarantineToLift(),
        Bucket = record.MarksBucket ? Arn.Parse(record.Restore.Target?.Arn)?.Name : null,
    };

    /// <summary>What the record says comes next, also when it was recorded by an invocation whose answer was lost.</summary>
    public static ReplayState ToState(this RestoreRecord record, DateTimeOffset now)
    {
        var wait = record.NotBefore > now ? (int)Math.Ceiling((record.NotBefore.Value - now).TotalSeconds) : 0;
        return record.ToState(record.Next, wait) with { AskSeconds = (int)Math.Ceiling(record.AskFor(now).TotalSeconds) };
    }

    /// <summary>What may be touched of the restored resource.</summary>
    public static Target ToTarget(this RestoreRecord record)
    {
        var target = record.Restore.Target ?? throw new RestoreUnknown();
        return new Target
        {
            Arn = target.Arn,
            Unproven = record.UnprovenRecords(),
            WrittenFrom = target.InPlace ? record.Restore.StartedAt : null,
            WrittenUntil = target.InPlace ? record.Restore.AnnouncedAt : null,
        };
    }

    /// <summary>Nobody has used a copy before it is clean: what is in it is from the backup. A resource in use may hold what people have written since.</summary>
    private static string UnprovenRecords(this RestoreRecord record) =>
        record.UnprovenDecision ?? (record.IsInUse() ? Datastores.UnprovenRecords.Report : Datastores.UnprovenRecords.Erase);

    private static bool IsInUse(this RestoreRecord record) => record.Restore.Target is { InPlace: true } || record.WasReleased;
}
