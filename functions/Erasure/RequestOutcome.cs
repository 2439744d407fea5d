using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Requests;

namespace ServerlessGdpr.Functions.Erasure;

/// <summary>What the outcomes of all tasks make of the request.</summary>
public static class RequestOutcome
{
    public static string StatusOf(IReadOnlyList<ErasureTask> tasks)
    {
        if (tasks.All(Done)) return RequestStatuses.Completed;
        return tasks.Any(Done) || tasks.Any(task => task.Outcome == Outcomes.Exempt) ? RequestStatuses.PartiallyCompleted : RequestStatuses.Failed;
    }

    /// <summary>The day by which the last backup that may hold the person ages out; null where nothing was verified.</summary>
    public static DateOnly? BackupsExpireBy(IReadOnlyList<ErasureTask> tasks, DataMap dataMap)
    {
        var days = dataMap.Datastores.ToDictionary(entry => entry.Name, entry => entry.BackupRetentionDays);
        return tasks
            .Where(task => task.VerifiedAt is not null && days.ContainsKey(task.Datastore))
            .Select(task => (DateOnly?)DateOnly.FromDateTime(task.VerifiedAt!.Value.UtcDateTime.AddDays(days[task.Datastore])))
            .Max();
    }

    private static bool Done(ErasureTask task) => task.Outcome is Outcomes.Erased or Outcomes.NotFound or TaskOutcomes.WouldErase;
}
