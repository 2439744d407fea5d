using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Vault;

namespace ServerlessGdpr.Functions.Erasure;

/// <summary>Decides from a request's tasks what the workflow does next: the earliest wave that has work, else the operator, else completion.</summary>
public static class NextStep
{
    public static ErasureState Of(
        string requestId,
        int attempt,
        int round,
        IReadOnlyList<ErasureTask> tasks,
        IReadOnlyDictionary<string, string> functions,
        bool dryRun,
        int waitSeconds = 0,
        IReadOnlyDictionary<string, string>? verifyContinuations = null)
    {
        var pending = tasks.Where(task => task.State == TaskStates.Pending).ToList();
        var waiting = tasks.Where(task => task.State == TaskStates.Waiting).Select(task => task.Datastore).Distinct(StringComparer.Ordinal).ToList();
        var wave = pending.Count == 0 ? 0 : pending.Min(task => task.Wave);
        return new ErasureState
        {
            RequestId = requestId,
            Attempt = attempt,
            Round = round,
            Next = pending.Count > 0 ? Work(dryRun, waitSeconds) : waiting.Count > 0 ? NextSteps.Ask : NextSteps.Complete,
            WaitSeconds = waitSeconds,
            Waiting = waiting,
            Tasks =
            [
                .. pending.Where(task => task.Wave == wave).Select(task => new TaskReference
                {
                    RequestId = requestId,
                    Datastore = task.Datastore,
                    Name = task.Name,
                    Target = task.Target is { } arn ? new TaskReference.Copy(arn) : null,
                    Function = functions.TryGetValue(task.Datastore, out var function) ? function : throw new DatastoreNotRegistered(task.Datastore),
                    Subjects = [VaultKeys.Reference(requestId)],
                    Verify = new TaskReference.Progress(verifyContinuations?.GetValueOrDefault(task.Name)),
                }),
            ],
        };
    }

    private static string Work(bool dryRun, int waitSeconds) => dryRun ? NextSteps.Count : waitSeconds > 0 ? NextSteps.Wait : NextSteps.Erase;
}

/// <summary>A request has a task for a datastore that the deployed data map no longer has.</summary>
public sealed class DatastoreNotRegistered(string datastore) : Runtime.PermanentFailure($"The data map has no datastore {datastore}.");
