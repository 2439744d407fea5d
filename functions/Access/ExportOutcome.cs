using ServerlessGdpr.Functions.Requests;

namespace ServerlessGdpr.Functions.Access;

/// <summary>A task as status events and certificates show it.</summary>
public static class ExportOutcome
{
    public static DatastoreOutcome Of(ExportTask task) => new()
    {
        Datastore = task.Datastore,
        Kind = task.Kind,
        Outcome = task.Outcome ?? task.State,
        Found = task.Found,
        Files = task.Files,
        Redacted = task.Redacted,
        Needs = task.Needs,
        Error = task.Error,
        Reason = task.Reason,
    };
}
