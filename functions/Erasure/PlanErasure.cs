using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Restores.Copies;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Vault;

namespace ServerlessGdpr.Functions.Erasure;

/// <summary>
/// Turns a request into tasks and writes the ledger. The person is remembered before anything is erased, and one conditional write decides between
/// <c>cancelled</c> and <c>erasing</c>: no task is handed out before both.
/// </summary>
public sealed class PlanErasure(
    RequestStore requests,
    TaskStore<ErasureTask> tasks,
    CopyStore copies,
    ErasureLedger ledger,
    VaultEntries vault,
    DataMap dataMap,
    Turns turns,
    StatusEvents events) : IHandler<PlanRequest, ErasureState>
{
    public async Task<ErasureState> HandleAsync(PlanRequest input, Invocation invocation, CancellationToken deadline)
    {
        var request = await requests.GetAsync(input.RequestId, deadline) ?? throw new RequestUnknown();
        await requests.MarkStartedAsync(input.RequestId, input.Attempt, deadline);
        if (await turns.SecondsToWaitAsync(request, deadline) is > 0 and var seconds && !await requests.HasCancellationAsync(input.RequestId, deadline))
            return new ErasureState { RequestId = input.RequestId, Attempt = input.Attempt, Round = 0, Next = NextSteps.WaitForEarlier, WaitSeconds = seconds };

        await CreateTasksAsync(request, input.Functions, deadline);
        if (input.Attempt > 0) await ReopenTasksAsync(request, input, deadline);

        var planned = await tasks.ListAsync(request.RequestId, deadline);
        if (!await MayBeginAsync(request, planned, deadline))
            return NextStep.Of(request.RequestId, input.Attempt, 0, [], input.Functions, request.DryRun);

        await AddCopiesAsync(planned, deadline);
        await events.PublishAsync(request, RequestStatuses.InProgress, deadline);
        var all = await tasks.ListAsync(request.RequestId, deadline);
        return NextStep.Of(request.RequestId, input.Attempt, 0, all, input.Functions, request.DryRun);
    }

    /// <summary>A task for each datastore that intake knew: an earlier attempt may have failed before it had made them all.</summary>
    private async Task CreateTasksAsync(RequestRecord request, IReadOnlyDictionary<string, string> functions, CancellationToken deadline)
    {
        var waves = Waves.Of(dataMap);
        var registered = waves.SelectMany((entries, wave) => entries.Select(entry => (entry, wave))).ToDictionary(pair => pair.entry.Name);
        foreach (var name in request.Datastores.Concat(request.Unreachable.Keys))
        {
            var task = registered.TryGetValue(name, out var found) && functions.ContainsKey(name)
                ? new ErasureTask
                {
                    RequestId = request.RequestId,
                    Datastore = name,
                    Kind = found.entry.Kind,
                    Wave = found.wave,
                    BackupRetentionDays = found.entry.BackupRetentionDays,
                    State = TaskStates.Pending,
                }
                : NoLongerRegistered(request.RequestId, name);
            if (request.Unreachable.TryGetValue(name, out var needs))
                task = task with { State = TaskStates.Final, Outcome = Outcomes.Unreachable, Needs = needs, Error = null };
            await tasks.CreateAsync(task, deadline);
        }
    }

    /// <summary>Between intake and now the datastore left the data map: an operator says whether it is retired.</summary>
    private static ErasureTask NoLongerRegistered(string requestId, string datastore) => new()
    {
        RequestId = requestId,
        Datastore = datastore,
        Kind = "unknown",
        Wave = 0,
        BackupRetentionDays = 0,
        State = TaskStates.Waiting,
        Error = nameof(DatastoreNotRegistered),
    };

    /// <summary>
    /// A later attempt takes up what is not final, or the final tasks it names, with the identities the ledger kept: what came to be since the erasure stays. What is not final and has no function any more
    /// waits for an operator.
    /// </summary>
    private async Task ReopenTasksAsync(RequestRecord request, PlanRequest input, CancellationToken deadline)
    {
        foreach (var task in await tasks.ListAsync(request.RequestId, deadline))
        {
            var chosen = input.Input?.Datastores is { } named ? named.Contains(task.Datastore) : task.State != TaskStates.Final;
            var round = $"{input.Attempt}.plan";
            if (!input.Functions.ContainsKey(task.Datastore))
            {
                if (task.State == TaskStates.Pending) await tasks.PutAsync(task with { State = TaskStates.Waiting, Error = nameof(DatastoreNotRegistered) }, deadline);
                continue;
            }

            if (!chosen || task.Recorded == round) continue;
            if (await vault.ReadSealedAsync(task.Datastore, request.RequestId, deadline) is null
                && await ledger.GetAsync(task.Datastore, request.RequestId, deadline) is { } entry)
                await vault.RestoreAsync(task.Datastore, request.RequestId, entry.Sealed, entry.ErasedAt, deadline);
            await tasks.PutAsync(
                task with { State = TaskStates.Pending, Outcome = null, Error = null, Rounds = 0, ZeroReads = 0, VerifiedAt = null, NotBefore = null, Recorded = round }, deadline);
        }
    }

    /// <summary>P4: every ledger entry is durable when this returns true.</summary>
    private async Task<bool> MayBeginAsync(RequestRecord request, IReadOnlyList<ErasureTask> planned, CancellationToken deadline)
    {
        if (await requests.HasCancellationAsync(request.RequestId, deadline)) await requests.TryCancelAsync(request.RequestId, deadline);
        if (!request.DryRun)
        {
            var datastores = planned.Where(task => task.State == TaskStates.Pending).Select(task => task.Datastore).Distinct(StringComparer.Ordinal);
            await Task.WhenAll(datastores.Select(async datastore =>
            {
                var sealedBytes = await vault.ReadSealedAsync(datastore, request.RequestId, deadline);
                if (sealedBytes is not null) await ledger.OpenAsync(datastore, request.RequestId, sealedBytes, deadline);
            }));
        }

        return await requests.TryBeginAsync(request, deadline);
    }

    /// <summary>
    /// A task for each copy of a datastore that is erased in this attempt, in the datastore's own wave. The copies are read after the ledger was written, and a replay
    /// reads the ledger after it registered its copy: whichever comes second sees the other, also where an exemption ended and what was held is open again. A copy that comes when the datastore is done is left to its replay.
    /// </summary>
    private async Task AddCopiesAsync(IReadOnlyList<ErasureTask> planned, CancellationToken deadline)
    {
        foreach (var task in planned.Where(task => task is { Target: null, State: TaskStates.Pending }))
        {
            var location = dataMap.Datastores.FirstOrDefault(entry => entry.Name == task.Datastore)?.Location;
            foreach (var target in (await copies.ListAsync(task.Datastore, deadline)).Select(copy => copy.Arn).Where(arn => arn != location).Distinct(StringComparer.Ordinal))
            {
                var copy = new ErasureTask
                {
                    RequestId = task.RequestId,
                    Datastore = task.Datastore,
                    Target = target,
                    Kind = task.Kind,
                    Wave = task.Wave,
                    BackupRetentionDays = task.BackupRetentionDays,
                    State = TaskStates.Pending,
                };
                await tasks.CreateAsync(copy, deadline);
            }
        }
    }
}
