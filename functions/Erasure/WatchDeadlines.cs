using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Erasure;

/// <summary>Every hour: starts what was accepted and never started, notices executions that failed untold, says which requests are (nearly) overdue, takes up what an ended exemption had kept, watches restores, and keeps evidence of open erasures locked.</summary>
public sealed class WatchDeadlines(
    RequestStore requests,
    ErasureLedger ledger,
    DataMap dataMap,
    StatusEvents events,
    RecordExecutionFailure executions,
    WatchRestores restores,
    Metrics metrics,
    TimeProvider time) : IHandler<ScheduledEvent, Acknowledged>
{
    /// <summary>A request is nearly due when so much of the statutory month is left.</summary>
    private static readonly TimeSpan NearlyDue = TimeSpan.FromDays(7);

    /// <summary>By then whatever starts a request, or tells that its execution failed, has had its chance: its event may be lost, or a dead letter.</summary>
    private static readonly TimeSpan EventLimit = TimeSpan.FromHours(1);

    public async Task<Acknowledged> HandleAsync(ScheduledEvent input, Invocation invocation, CancellationToken deadline)
    {
        var watch = new ScheduledWork(deadline);
        var open = 0;
        await watch.TryAsync(async () => open = await ReportDueAsync(watch, deadline));
        await watch.TryAsync(() => restores.WatchAsync(watch.TryAsync, deadline));
        foreach (var datastore in dataMap.Datastores.Select(entry => entry.Name))
        {
            await watch.TryAsync(() => ResumeHeldAsync(watch, datastore, deadline));
            await watch.TryAsync(() => RenewLocksAsync(watch, datastore, LedgerStates.Open, time.GetUtcNow(), deadline));
            await watch.TryAsync(() => RenewLocksAsync(watch, datastore, LedgerStates.Held, DateTimeOffset.MaxValue, deadline));
        }

        // Last: it calls Step Functions for each request, and the rest must not wait for that.
        await watch.TryAsync(() => CheckExecutionsAsync(watch, open, deadline));
        watch.End();
        return new Acknowledged();
    }

    /// <summary>Each request is announced once as nearly due and once as overdue; the metrics, and so the alarms, count them every time.</summary>
    /// <returns>How many requests are open.</returns>
    private async Task<int> ReportDueAsync(ScheduledWork watch, CancellationToken deadline)
    {
        var now = time.GetUtcNow();
        var (open, nearly, overdue, waiting) = (0, 0, 0, 0);
        await foreach (var request in requests.ListOpenAsync(deadline))
        {
            open++;
            if (request.TaskToken is not null) waiting++;
            if (request.DueAt > now + NearlyDue) continue;
            var notice = request.DueAt <= now ? DueNotices.Overdue : DueNotices.NearlyDue;
            if (notice == DueNotices.Overdue) overdue++;
            else nearly++;
            if (request.DueNotice == notice) continue;
            await watch.TryAsync(async () =>
            {
                await events.PublishAsync(request, request.PublishedStatus, deadline, new StatusDetails { DueNotice = notice });
                await requests.SetDueNoticeAsync(request.RequestId, notice, deadline);
            });
        }

        metrics.Count("RequestsNearlyDue", nearly);
        metrics.Count("RequestsOverdue", overdue);
        metrics.Count("TasksWaiting", waiting);
        return open;
    }

    private async Task CheckExecutionsAsync(ScheduledWork watch, int open, CancellationToken deadline)
    {
        var now = time.GetUtcNow();
        await foreach (var request in requests.ListOpenAsync(deadline))
        {
            if (request.Status != RequestStatuses.Failed && request.ReceivedAt < now - EventLimit && HourlyShare.Includes(request.RequestId, open, now))
                await watch.TryAsync(() => executions.CheckAsync(request, request.Attempt, null, deadline));
        }
    }

    /// <summary>One attempt takes up one datastore. A request that is at work is left for the next hour, so no attempt can pass another.</summary>
    private async Task ResumeHeldAsync(ScheduledWork watch, string datastore, CancellationToken deadline)
    {
        await foreach (var entry in ledger.ListAsync(datastore, LedgerStates.Held, time.GetUtcNow(), deadline))
        {
            await watch.TryAsync(async () =>
            {
                // The index may lag behind; the entry itself does not.
                if (await ledger.GetAsync(datastore, entry.RequestId, deadline) is { State: LedgerStates.Held } held && held.At <= time.GetUtcNow()
                    && await requests.GetAsync(entry.RequestId, deadline) is { IsTerminal: true } request)
                    await executions.CheckAsync(request, request.Attempt + 1, [datastore], deadline);
            });
        }
    }

    private async Task RenewLocksAsync(ScheduledWork watch, string datastore, string state, DateTimeOffset until, CancellationToken deadline)
    {
        await foreach (var entry in ledger.ListAsync(datastore, state, until, deadline))
        {
            if (entry.LockedUntil - time.GetUtcNow() < ErasureLedger.RenewBefore)
                await watch.TryAsync(() => ledger.RenewLockAsync(datastore, entry.RequestId, deadline));
        }
    }
}

/// <summary>What a schedule sends; only that it came matters.</summary>
public sealed record ScheduledEvent;

/// <summary>What a status event says about the statutory clock.</summary>
public static class DueNotices
{
    public const string NearlyDue = "nearly_due";

    public const string Overdue = "overdue";
}
