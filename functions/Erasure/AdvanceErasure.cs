using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Vault;

namespace ServerlessGdpr.Functions.Erasure;

/// <summary>Records what a round, or an operator, did to the tasks of a request, and says what comes next.</summary>
public sealed class AdvanceErasure(
    RequestStore requests, TaskStore tasks, ErasureLedger ledger, VaultEntries vault, DataMap dataMap, TimeProvider time) : IHandler<AdvanceRequest, ErasureState>
{
    public async Task<ErasureState> HandleAsync(AdvanceRequest input, Invocation invocation, CancellationToken deadline)
    {
        var current = (await tasks.ListAsync(input.RequestId, deadline)).ToDictionary(task => task.Datastore);
        if (input.Decision is { } decision)
        {
            await DecideAsync(current, decision, deadline);
            await requests.ClearTaskTokenAsync(input.RequestId, deadline);
            return NextStep.Of(input.RequestId, input.Attempt, input.Round, [.. current.Values], input.Functions);
        }

        var request = await requests.GetAsync(input.RequestId, deadline) ?? throw new RequestUnknown();
        var wait = 0;
        var continuations = new Dictionary<string, string>();
        foreach (var result in input.Results ?? [])
        {
            var (task, seconds) = Apply(current[result.Datastore], result, request.DryRun, $"{input.Attempt}.{input.Round}");
            await RecordAsync(task, deadline);
            current[result.Datastore] = task;
            wait = Math.Max(wait, seconds);
            if (result.Verify is { Outcome: Outcomes.Partial, Continuation: { } continuation }) continuations[result.Datastore] = continuation;
        }

        return NextStep.Of(input.RequestId, input.Attempt, input.Round + 1, [.. current.Values], input.Functions, wait, continuations);
    }

    /// <summary>A repeated recording of the same round changes no counts, but does again whatever may not have been done.</summary>
    private (ErasureTask Task, int WaitSeconds) Apply(ErasureTask task, TaskResult result, bool dryRun, string round)
    {
        var (applied, wait) = RoundResult.Apply(task, result, dryRun, time.GetUtcNow());
        return task.Recorded == round ? (task, wait) : (applied with { Recorded = round }, wait);
    }

    /// <summary>The ledger first, then the task, then the vault: whatever is interrupted can be done again.</summary>
    private async Task RecordAsync(ErasureTask task, CancellationToken deadline)
    {
        if (task is { State: TaskStates.Final, VerifiedAt: { } verifiedAt })
        {
            if (task.Outcome == Outcomes.Exempt)
                await ledger.HoldAsync(task.Datastore, task.RequestId, task.ExemptUntil ?? verifiedAt, deadline);
            else
                await ledger.VerifyAsync(task.Datastore, task.RequestId, verifiedAt, verifiedAt.AddDays(RetentionOf(task)), deadline);
        }

        await tasks.PutAsync(task, deadline);
        if (task.State == TaskStates.Final) await vault.RemoveTaskAsync(task.Datastore, task.RequestId, deadline);
    }

    private async Task DecideAsync(Dictionary<string, ErasureTask> current, Decision decision, CancellationToken deadline)
    {
        var chosen = current.Values
            .Where(task => task.State == TaskStates.Waiting && (decision.Datastores is not { Count: > 0 } only || only.Contains(task.Datastore)))
            .ToList();
        foreach (var task in chosen)
        {
            var decided = decision.Kind == "retry"
                ? task with { State = TaskStates.Pending, Rounds = 0, ZeroReads = 0, Error = null }
                : task with { State = TaskStates.Final, Outcome = TaskOutcomes.Closed, Reason = decision.Reason };
            if (decided.Outcome == TaskOutcomes.Closed)
                await ledger.CloseUnverifiedAsync(task.Datastore, task.RequestId, time.GetUtcNow().AddDays(RetentionOf(task)), deadline);
            await RecordAsync(decided, deadline);
            current[task.Datastore] = decided;
        }
    }

    private int RetentionOf(ErasureTask task) =>
        (dataMap.Datastores.FirstOrDefault(entry => entry.Name == task.Datastore) ?? throw new DatastoreNotRegistered(task.Datastore)).BackupRetentionDays;
}

/// <summary>A workflow was started for a request that is not in the requests table.</summary>
public sealed class RequestUnknown() : PermanentFailure("There is no such request.");
