using ServerlessGdpr.Functions.Requests;

namespace ServerlessGdpr.Functions.Erasure;

/// <summary>A task as status events and certificates show it.</summary>
public static class TaskOutcome
{
    public static DatastoreOutcome Of(ErasureTask task) => new()
    {
        Datastore = task.Datastore,
        Target = task.Target,
        Kind = task.Kind,
        Outcome = task.Outcome ?? task.State,
        Found = task.Found,
        Erased = task.Erased,
        Remaining = task.Remaining,
        Exempt = task.Exempt,
        ExemptUntil = task.ExemptUntil,
        Needs = task.Needs,
        Error = task.Error,
        Reason = task.Reason,
        VerifiedAt = task.VerifiedAt,
    };
}
