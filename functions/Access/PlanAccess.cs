using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Erasure;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Access;

/// <summary>Turns an access request into one task for each datastore. No task is handed out before one conditional write decided against cancellation.</summary>
public sealed class PlanAccess(
    RequestStore requests, TaskStore<ExportTask> tasks, DataMap dataMap, Turns turns, StatusEvents events, TimeProvider time) : IHandler<PlanRequest, AccessState>
{
    public async Task<AccessState> HandleAsync(PlanRequest input, Invocation invocation, CancellationToken deadline)
    {
        var request = await requests.GetAsync(input.RequestId, deadline) ?? throw new RequestUnknown();
        await requests.MarkStartedAsync(input.RequestId, input.Attempt, deadline);
        var cancelled = await requests.HasCancellationAsync(input.RequestId, deadline);
        if (cancelled) await requests.TryCancelAsync(input.RequestId, deadline);
        else if (await turns.SecondsToWaitAsync(request, deadline) is > 0 and var seconds)
            return new AccessState { RequestId = input.RequestId, Attempt = input.Attempt, Next = AccessSteps.WaitForEarlier, WaitSeconds = seconds };

        await CreateTasksAsync(request, input.Functions, deadline);
        if (!await requests.TryBeginAsync(request, deadline))
            return new AccessState { RequestId = input.RequestId, Attempt = input.Attempt, Next = AccessSteps.Complete };

        if (input.Attempt > 0)
        {
            if (input.Input?.Datastores is null && await IsPackedAsync(request, deadline))
                return new AccessState { RequestId = input.RequestId, Attempt = input.Attempt, Next = AccessSteps.Complete };
            await ReopenTasksAsync(request, input, deadline);
        }

        await events.PublishAsync(request, RequestStatuses.InProgress, deadline);
        return AccessNextStep.Of(input.RequestId, input.Attempt, await tasks.ListAsync(input.RequestId, deadline), input.Functions);
    }

    private async Task CreateTasksAsync(RequestRecord request, IReadOnlyDictionary<string, string> functions, CancellationToken deadline)
    {
        foreach (var name in request.Datastores.Concat(request.Unreachable.Keys))
        {
            var entry = functions.ContainsKey(name) ? dataMap.Datastores.FirstOrDefault(entry => entry.Name == name) : null;
            var task = new ExportTask
            {
                RequestId = request.RequestId,
                Datastore = name,
                Kind = entry?.Kind ?? "unknown",
                State = entry is null ? TaskStates.Waiting : TaskStates.Pending,
                Error = entry is null ? nameof(DatastoreNotRegistered) : null,
            };
            if (request.Unreachable.TryGetValue(name, out var needs))
                task = task with { State = TaskStates.Final, Outcome = Outcomes.Unreachable, Needs = needs, Error = null };
            await tasks.CreateAsync(task, deadline);
        }
    }

    /// <summary>
    /// Whether an earlier attempt packed what the tasks came to, and failed only at saying so: what the bundle was made of may be gone by now, the identities included,
    /// and the bundle is all that is left.
    /// </summary>
    private async Task<bool> IsPackedAsync(RequestRecord request, CancellationToken deadline) =>
        request.Bundle is { } bundle && bundle.ExpiresAt > time.GetUtcNow()
        && (await tasks.ListAsync(request.RequestId, deadline)).All(task => task.State == TaskStates.Final && task.Attempt <= bundle.Attempt);

    /// <summary>A later attempt exports anew what it is about: what an earlier one exported may be gone from the bucket, or out of date.</summary>
    private async Task ReopenTasksAsync(RequestRecord request, PlanRequest input, CancellationToken deadline)
    {
        foreach (var task in await tasks.ListAsync(request.RequestId, deadline))
        {
            var chosen = input.Input?.Datastores is { } named ? named.Contains(task.Datastore) : task.Outcome is not (Outcomes.Unreachable or TaskOutcomes.Closed);
            if (!input.Functions.ContainsKey(task.Datastore))
            {
                if (task.State == TaskStates.Pending) await tasks.PutAsync(task with { State = TaskStates.Waiting, Error = nameof(DatastoreNotRegistered) }, deadline);
                continue;
            }

            if (!chosen || task.Attempt == input.Attempt) continue;
            await tasks.PutAsync(
                new ExportTask { RequestId = task.RequestId, Datastore = task.Datastore, Kind = task.Kind, State = TaskStates.Pending, Attempt = input.Attempt }, deadline);
        }
    }
}
