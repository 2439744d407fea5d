using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Requests;

namespace ServerlessGdpr.Functions.Erasure;

/// <summary>
/// What the tasks of one request in one datastore, those on its restored copies included, make of its ledger entry. They all share it: a backup of the last one to be
/// clean may hold the person until then.
/// </summary>
public abstract record Settlement
{
    private Settlement()
    {
    }

    /// <returns>Null while a task is not final: the entry stays open, so that every replay includes the person.</returns>
    public static Settlement? Of(IReadOnlyCollection<ErasureTask> tasks, DateTimeOffset now)
    {
        if (tasks.Count == 0 || tasks.Any(task => task.State != TaskStates.Final)) return null;

        var exempt = tasks.Where(task => task.Outcome == Outcomes.Exempt).ToList();
        var isVerified = tasks.All(task => task is { VerifiedAt: not null, Outcome: Outcomes.Erased or Outcomes.NotFound or Outcomes.Exempt });
        if (exempt.Count > 0) return new Held(exempt.Min(task => task.ExemptUntil ?? task.VerifiedAt ?? now), isVerified ? tasks.Max(task => task.VerifiedAt) : null);
        if (tasks.All(task => task.Outcome == Outcomes.Unreachable)) return new Untouched();
        return isVerified
            ? new Verified(tasks.Max(task => task.VerifiedAt!.Value), tasks.Max(ExpiryOf))
            : new Unverified(now.AddDays(tasks.Max(task => task.BackupRetentionDays)));
    }

    private static DateTimeOffset ExpiryOf(ErasureTask task) => task.VerifiedAt!.Value.AddDays(task.BackupRetentionDays);

    /// <summary>All of them were read again and found empty.</summary>
    /// <param name="At">When the last one was.</param>
    public sealed record Verified(DateTimeOffset At, DateTimeOffset ExpiresAt) : Settlement;

    /// <summary>Something is kept lawfully in one of them.</summary>
    /// <param name="Until">When the first exemption ends.</param>
    /// <param name="VerifiedAt">When the last of them was read again and everything else not found; null where one of them was not.</param>
    public sealed record Held(DateTimeOffset Until, DateTimeOffset? VerifiedAt) : Settlement;

    /// <summary>Nothing was touched, and no replay could find it either.</summary>
    public sealed record Untouched : Settlement;

    /// <summary>An operator closed one of them.</summary>
    public sealed record Unverified(DateTimeOffset ExpiresAt) : Settlement;
}
