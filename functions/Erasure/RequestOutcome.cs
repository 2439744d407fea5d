using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Requests;

namespace ServerlessGdpr.Functions.Erasure;

/// <summary>What the outcomes of all tasks make of the request.</summary>
public static class RequestOutcome
{
    public static string StatusOf(IReadOnlyList<ErasureTask> tasks)
    {
        if (tasks.Count > 0 && tasks.All(Done)) return RequestStatuses.Completed;
        return tasks.Any(Done) || tasks.Any(task => task.Outcome == Outcomes.Exempt) ? RequestStatuses.PartiallyCompleted : RequestStatuses.Failed;
    }

    /// <summary>The day by which the last backup that may hold the person ages out. Null unless everything was verified: what is kept goes on into new backups.</summary>
    public static DateOnly? BackupsExpireBy(IReadOnlyList<ErasureTask> tasks) => tasks.Count > 0 && tasks.All(task => task.VerifiedAt is not null && Done(task))
        ? tasks.Max(task => DateOnly.FromDateTime(task.VerifiedAt!.Value.UtcDateTime.AddDays(task.BackupRetentionDays)))
        : null;

    private static bool Done(ErasureTask task) => task.Outcome is Outcomes.Erased or Outcomes.NotFound or TaskOutcomes.WouldErase;
}
