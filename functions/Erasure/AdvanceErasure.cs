using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Vault;

namespace ServerlessGdpr.Functions.Erasure;

/// <summary>Records what a round, or an operator, did to the tasks of a request, and says what comes next.</summary>
public sealed class AdvanceErasure(
    RequestStore requests, TaskStore tasks, ErasureLedger ledger, VaultEntries vault, TimeProvider time) : IHandler<AdvanceRequest, ErasureState>
{
    public async Task<ErasureState> HandleAsync(AdvanceRequest input, Invocation invocation, CancellationToken deadline)
    {
        var request = await requests.GetAsync(input.RequestId, deadline) ?? throw new RequestUnknown();
        var current = (await tasks.ListAsync(input.RequestId, deadline)).ToDictionary(task => task.Datastore);
        if (input.Decision is { } decision)
        {
            await DecideAsync(current, decision, input.Functions, deadline);
            await requests.ClearTaskTokenAsync(input.RequestId, deadline);
            return NextStep.Of(input.RequestId, input.Attempt, input.Round, [.. current.Values], input.Functions, request.DryRun);
        }

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

    /// <summary>The ledger first, then the task, then the vault: whatever is interrupted can be done again.</summary>
    private async Task RecordAsync(ErasureTask task, CancellationToken deadline)
    {
        if (task is { State: TaskStates.Final, VerifiedAt: { } verifiedAt })
        {
            if (task.Outcome == Outcomes.Exempt)
                await ledger.HoldAsync(task.Datastore, task.RequestId, task.ExemptUntil ?? verifiedAt, deadline);
            else
                await ledger.VerifyAsync(task.Datastore, task.RequestId, verifiedAt, verifiedAt.AddDays(task.BackupRetentionDays), deadline);
        }

        // Nothing there was touched, and no replay could find it either.
        if (task.Outcome == Outcomes.Unreachable) await ledger.VoidAsync(task.Datastore, task.RequestId, deadline);

        await tasks.PutAsync(task, deadline);
        if (task.State == TaskStates.Final) await vault.RemoveTaskAsync(task.Datastore, task.RequestId, deadline);
    }

    /// <summary>A decision that is neither, or closes without a reason, changes nothing: the operator is asked again.</summary>
    private async Task DecideAsync(
        Dictionary<string, ErasureTask> current, Decision decision, IReadOnlyDictionary<string, string> functions, CancellationToken deadline)
    {
        var retry = decision.Kind == "retry";
        if (!retry && decision is not { Kind: "close", Reason: not null }) return;
        var chosen = current.Values
            .Where(task => task.State == TaskStates.Waiting && (decision.Datastores is not { Count: > 0 } only || only.Contains(task.Datastore)))
            .Where(task => !retry || functions.ContainsKey(task.Datastore))
            .ToList();
        foreach (var task in chosen)
        {
            var decided = retry
                ? task with { State = TaskStates.Pending, Rounds = 0, ZeroReads = 0, Error = null }
                : task with { State = TaskStates.Final, Outcome = TaskOutcomes.Closed, Reason = decision.Reason };
            if (decided.Outcome == TaskOutcomes.Closed)
                await ledger.CloseUnverifiedAsync(task.Datastore, task.RequestId, time.GetUtcNow().AddDays(task.BackupRetentionDays), deadline);
            await RecordAsync(decided, deadline);
            current[task.Datastore] = decided;
        }
    }
}

/// <summary>A workflow was started for a request that is not in the requests table.</summary>
public sealed class RequestUnknown() : PermanentFailure("There is no such request.");
