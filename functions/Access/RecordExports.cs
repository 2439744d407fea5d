using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Erasure;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Runtime;
using Decision = ServerlessGdpr.Functions.Erasure.Decision;

namespace ServerlessGdpr.Functions.Access;

/// <summary>Records what the exports, or an operator, did to the tasks of an access request, and says what comes next. It may be repeated.</summary>
public sealed class RecordExports(RequestStore requests, TaskStore<ExportTask> tasks, TimeProvider time) : IHandler<RecordExportsRequest, AccessState>
{
    public async Task<AccessState> HandleAsync(RecordExportsRequest input, Invocation invocation, CancellationToken deadline)
    {
        var current = (await tasks.ListAsync(input.RequestId, deadline)).ToDictionary(task => task.Datastore);
        var changed = input.Decision is { } decision
            ? Decide(current.Values, decision, input.Functions)
            : [.. (input.Results ?? []).Select(result => Apply(current[result.Datastore], result))];
        foreach (var task in changed)
        {
            await tasks.PutAsync(task, deadline);
            current[task.Datastore] = task;
        }

        if (input.Decision is not null) await requests.ClearTaskTokenAsync(input.RequestId, deadline);
        return AccessNextStep.Of(input.RequestId, input.Attempt, [.. current.Values], input.Functions);
    }

    private ExportTask Apply(ExportTask task, ExportResult result)
    {
        if (result.Failure is { } failure) return task with { State = TaskStates.Waiting, Error = failure.Error };

        var export = result.Export ?? new ExportAnswer();
        var counted = task with
        {
            Found = export.Found,
            Parts = export.Parts,
            Files = export.Files,
            Redacted = export.Redacted,
            Needs = export.Needs,
            Evidence = export.Evidence,
            Error = null,
        };
        return export.Outcome is Outcomes.Exported or Outcomes.NotFound or Outcomes.Unreachable
            ? counted with { State = TaskStates.Final, Outcome = export.Outcome, ExportedAt = time.GetUtcNow() }
            : task with { State = TaskStates.Waiting, Error = "ExportUnfinished" };
    }

    /// <summary>A decision that is neither, or closes without a reason, changes nothing: the operator is asked again.</summary>
    private static IReadOnlyList<ExportTask> Decide(IEnumerable<ExportTask> current, Decision decision, IReadOnlyDictionary<string, string> functions)
    {
        var retry = decision.Kind == "retry";
        if (!retry && decision is not { Kind: "close", Reason: not null }) return [];
        return
        [
            .. current
                .Where(task => task.State == TaskStates.Waiting && (decision.Datastores is not { Count: > 0 } only || only.Contains(task.Datastore)))
                .Where(task => !retry || functions.ContainsKey(task.Datastore))
                .Select(task => retry
                    ? task with { State = TaskStates.Pending, Error = null }
                    : task with { State = TaskStates.Final, Outcome = TaskOutcomes.Closed, Reason = decision.Reason }),
        ];
    }
}
