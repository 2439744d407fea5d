using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Vault;

namespace ServerlessGdpr.Functions.Erasure;

/// <summary>
/// Turns a request into tasks and writes the ledger. The person is remembered before anything is erased, and one conditional write decides between
/// <c>cancelled</c> and <c>erasing</c>: no task is handed out before both.
/// </summary>
public sealed class PlanErasure(
    RequestStore requests, TaskStore tasks, ErasureLedger ledger, VaultEntries vault, DataMap dataMap, StatusEvents events) : IHandler<PlanRequest, ErasureState>
{
    public async Task<ErasureState> HandleAsync(PlanRequest input, Invocation invocation, CancellationToken deadline)
    {
        var request = await requests.GetAsync(input.RequestId, deadline) ?? throw new RequestUnknown();
        await requests.MarkStartedAsync(input.RequestId, input.Attempt, deadline);
        if (input.Attempt == 0) await CreateTasksAsync(request, deadline);
        else await ReopenTasksAsync(request, input, deadline);

        var planned = await tasks.ListAsync(request.RequestId, deadline);
        if (!await MayBeginAsync(request, planned, deadline))
            return NextStep.Of(request.RequestId, input.Attempt, 0, [], input.Functions);

        await events.PublishAsync(request, RequestStatuses.InProgress, deadline);
        var next = NextStep.Of(request.RequestId, input.Attempt, 0, planned, input.Functions);
        return request.DryRun && next.Next == NextSteps.Erase ? next with { Next = NextSteps.Count, Tasks = AllAtOnce(planned, input) } : next;
    }

    private async Task CreateTasksAsync(RequestRecord request, CancellationToken deadline)
    {
        var waves = Waves.Of(dataMap);
        for (var wave = 0; wave < waves.Count; wave++)
        {
            foreach (var entry in waves[wave])
            {
                var task = new ErasureTask { RequestId = request.RequestId, Datastore = entry.Name, Kind = entry.Kind, Wave = wave, State = TaskStates.Pending };
                if (request.Unreachable.TryGetValue(entry.Name, out var needs))
                    task = task with { State = TaskStates.Final, Outcome = Outcomes.Unreachable, Needs = needs };
                await tasks.CreateAsync(task, deadline);
            }
        }
    }

    /// <summary>A later attempt takes up what is not final, or the final tasks it names, with the identities the ledger kept.</summary>
    private async Task ReopenTasksAsync(RequestRecord request, PlanRequest input, CancellationToken deadline)
    {
        foreach (var task in await tasks.ListAsync(request.RequestId, deadline))
        {
            var chosen = input.Input?.Datastores is { } named ? named.Contains(task.Datastore) : task.State != TaskStates.Final;
            var round = $"{input.Attempt}.plan";
            if (!chosen || task.Recorded == round) continue;
            if (await vault.ReadSealedAsync(task.Datastore, request.RequestId, deadline) is null
                && await ledger.GetAsync(task.Datastore, request.RequestId, deadline) is { } entry)
                await vault.RestoreAsync(task.Datastore, request.RequestId, entry.Sealed, deadline);
            await tasks.PutAsync(
                task with { State = TaskStates.Pending, Outcome = null, Error = null, Rounds = 0, ZeroReads = 0, VerifiedAt = null, Recorded = round }, deadline);
        }
    }

    /// <summary>P4: every ledger entry is durable when this returns true.</summary>
    private async Task<bool> MayBeginAsync(RequestRecord request, IReadOnlyList<ErasureTask> planned, CancellationToken deadline)
    {
        if (await requests.HasCancellationAsync(request.RequestId, deadline)) await requests.TryCancelAsync(request.RequestId, deadline);
        if (!request.DryRun)
        {
            await Task.WhenAll(planned.Where(task => task.State == TaskStates.Pending).Select(async task =>
            {
                var sealedBytes = await vault.ReadSealedAsync(task.Datastore, request.RequestId, deadline);
                if (sealedBytes is not null) await ledger.OpenAsync(task.Datastore, request.RequestId, sealedBytes, deadline);
            }));
        }

        return await requests.TryBeginErasingAsync(request.RequestId, deadline);
    }

    private static IReadOnlyList<TaskReference> AllAtOnce(IReadOnlyList<ErasureTask> planned, PlanRequest input) =>
        NextStep.Of(input.RequestId, input.Attempt, 0, [.. planned.Select(task => task with { Wave = 0 })], input.Functions).Tasks;
}
