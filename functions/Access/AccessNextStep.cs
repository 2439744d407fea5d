using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Erasure;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Vault;

namespace ServerlessGdpr.Functions.Access;

/// <summary>Decides from an access request's tasks what its workflow does next, and what they make of the request.</summary>
public static class AccessNextStep
{
    public static AccessState Of(string requestId, int attempt, IReadOnlyList<ExportTask> tasks, IReadOnlyDictionary<string, string> functions)
    {
        var pending = tasks.Where(task => task.State == TaskStates.Pending).ToList();
        var waiting = tasks.Where(task => task.State == TaskStates.Waiting).Select(task => task.Datastore).ToList();
        return new AccessState
        {
            RequestId = requestId,
            Attempt = attempt,
            Next = pending.Count > 0 ? AccessSteps.Export : waiting.Count > 0 ? AccessSteps.Ask : tasks.Any(IsDone) ? AccessSteps.Package : AccessSteps.Complete,
            Waiting = waiting,
            Tasks =
            [
                .. pending.Select(task => new ExportReference
                {
                    RequestId = requestId,
                    Datastore = task.Datastore,
                    Function = functions.TryGetValue(task.Datastore, out var function) ? function : throw new DatastoreNotRegistered(task.Datastore),
                    Subjects = [VaultKeys.Reference(requestId)],
                }),
            ],
        };
    }

    /// <summary>A bundle that lacks a datastore is never called complete.</summary>
    public static string StatusOf(IReadOnlyList<ExportTask> tasks) =>
        tasks.Count > 0 && tasks.All(IsDone) ? RequestStatuses.Completed
        : tasks.Any(IsDone) ? RequestStatuses.PartiallyCompleted
        : RequestStatuses.Failed;

    private static bool IsDone(ExportTask task) => task.Outcome is Outcomes.Exported or Outcomes.NotFound;
}
