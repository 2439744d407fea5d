using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Vault;

namespace ServerlessGdpr.Functions.Erasure;

/// <summary>Records what a round, or an operator, did to the tasks of a request, and says what comes next.</summary>
public sealed class AdvanceErasure(
    RequestStore requests, TaskStore<ErasureTask> tasks, ErasureLedger ledger, VaultEntries vault, TimeProvider time) : IHandler<AdvanceRequest, ErasureState>
{
    public async Task<ErasureState> HandleAsync(AdvanceRequest input, Invocation invocation, CancellationToken deadline)
    {
        var request = await requests.GetAsync(input.RequestId, deadline) ?? throw new RequestUnknown();
        var current = (await tasks.ListAsync(input.RequestId, deadline)).ToDictionary(task => task.Name);
        if (input.Decision is { } decision)
        {
            await RecordAsync(request, current, Decide(current.Values, decision, input.Functions), deadline);
            await requests.ClearTaskTokenAsync(input.RequestId, deadline);
            return NextStep.Of(input.RequestId, input.Attempt, input.Round, [.. current.Values], input.Functions, request.DryRun);
        }

        var wait = 0;
        var continuations = new Dictionary<string, string>();
        var changed = new List<ErasureTask>();
        foreach (var result in input.Results ?? [])
        {
            var (task, seconds) = Apply(current[result.Task], result, request.DryRun, $"{input.Attempt}.{input.Round}");
            changed.Add(task);
            wait = Math.Max(wait, seconds);
            if (result.Verify is { Outcome: Outcomes.Partial, Continuation: { } continuation }) continuations[task.Name] = continuation;
        }

        await RecordAsync(request, current, changed, deadline);
        return NextStep.Of(input.RequestId, input.Attempt, input.Round + 1, [.. current.Values], input.Functions, request.DryRun, wait, continuations);
    }

    /// <summary>A repeated recording of the same round changes no counts, but does again whatever may not have been done.</summary>
    private (ErasureTask Task, int WaitSeconds) Apply(ErasureTask task, TaskResult result, bool dryRun, string round)
    {
        var now = time.GetUtcNow();
        if (task.Recorded == round) return (task, task.NotBefore > now ? (int)Math.Ceiling((task.NotBefore.Value - now).TotalSeconds) : 0);
        var (applied, wait) = RoundResult.Apply(task, result, dryRun, now);
        return (applied with { Recorded = round, NotBefore = wait > 0 ? now.AddSeconds(wait) : null }, wait);
    }

    /// <summary>
    /// The ledger first, then the tasks, then the vault: whatever is interrupted can be done again. A datastore's tasks share its entries in both:
    /// as long as one of them is not final, none of the others makes an end.
    /// </summary>
    private async Task RecordAsync(RequestRecord request, Dictionary<string, ErasureTask> current, IEnumerable<ErasureTask> changed, CancellationToken deadline)
    {
        foreach (var datastore in changed.GroupBy(task => task.Datastore))
        {
            foreach (var task in datastore) current[task.Name] = task;
            var all = current.Values.Where(task => task.Datastore == datastore.Key).ToList();
            if (!request.DryRun) await SettleAsync(datastore.Key, request.RequestId, Settlement.Of(all, time.GetUtcNow()), deadline);
            foreach (var task in datastore) await tasks.PutAsync(task, deadline);
            if (all.TrueForAll(task => task.State == TaskStates.Final))
                await vault.RemoveTaskAsync(datastore.Key, request.RequestId, deadline, all.Select(task => task.Target).OfType<string>());
        }
    }

    private Task SettleAsync(string datastore, string requestId, Settlement? settlement, CancellationToken deadline) => settlement switch
    {
        Settlement.Verified verified => ledger.VerifyAsync(datastore, requestId, verified.At, verified.ExpiresAt, deadline),
        Settlement.Held held => ledger.HoldAsync(datastore, requestId, held.Until, held.VerifiedAt, deadline),
        Settlement.Untouched => ledger.VoidAsync(datastore, requestId, deadline),
        Settlement.Unverified unverified => ledger.CloseUnverifiedAsync(datastore, requestId, unverified.ExpiresAt, deadline),
        _ => Task.CompletedTask,
    };

    /// <summary>A decision that is neither, or closes without a reason, changes nothing: the operator is asked again.</summary>
    private static IReadOnlyList<ErasureTask> Decide(
        IEnumerable<ErasureTask> current, Decision decision, IReadOnlyDictionary<string, string> functions)
    {
        var retry = decision.Kind == "retry";
        if (!retry && decision is not { Kind: "close", Reason: not null }) return [];
        return
        [
            .. current
                .Where(task => task.State == TaskStates.Waiting && (decision.Datastores is not { Count: > 0 } only || only.Contains(task.Datastore)))
                .Where(task => !retry || functions.ContainsKey(task.Datastore))
                .Select(task => retry
                    ? task with { State = TaskStates.Pending, Rounds = 0, ZeroReads = 0, Error = null }
                    : task with { State = TaskStates.Final, Outcome = TaskOutcomes.Closed, Reason = decision.Reason }),
        ];
    }
}

/// <summary>A workflow was started for a request that is not in the requests table.</summary>
public sealed class RequestUnknown() : PermanentFailure("There is no such request.");
