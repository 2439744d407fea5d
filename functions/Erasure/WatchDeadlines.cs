using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Erasure;

/// <summary>Every hour: says which requests are (nearly) overdue, takes up what an ended exemption had kept, and keeps evidence of open erasures locked.</summary>
public sealed class WatchDeadlines(
    RequestStore requests,
    ErasureLedger ledger,
    DataMap dataMap,
    StatusEvents events,
    WorkflowStarter workflow,
    Metrics metrics,
    TimeProvider time) : IHandler<ScheduledEvent, Acknowledged>
{
    /// <summary>A request is nearly due when so much of the statutory month is left.</summary>
    private static readonly TimeSpan NearlyDue = TimeSpan.FromDays(7);

    public async Task<Acknowledged> HandleAsync(ScheduledEvent input, Invocation invocation, CancellationToken deadline)
    {
        await ReportDueAsync(deadline);
        foreach (var datastore in dataMap.Datastores.Select(entry => entry.Name))
        {
            await ResumeHeldAsync(datastore, deadline);
            await RenewLocksAsync(datastore, LedgerStates.Open, time.GetUtcNow(), deadline);
            await RenewLocksAsync(datastore, LedgerStates.Held, DateTimeOffset.MaxValue, deadline);
        }

        return new Acknowledged();
    }

    /// <summary>Each request is announced once as nearly due and once as overdue; the metrics, and so the alarms, count them every time.</summary>
    private async Task ReportDueAsync(CancellationToken deadline)
    {
        var now = time.GetUtcNow();
        var (nearly, overdue, waiting) = (0, 0, 0);
        await foreach (var request in requests.ListOpenAsync(deadline))
        {
            if (request.TaskToken is not null) waiting++;
            if (request.DueAt > now + NearlyDue) continue;
            var notice = request.DueAt <= now ? DueNotices.Overdue : DueNotices.NearlyDue;
            if (notice == DueNotices.Overdue) overdue++;
            else nearly++;
            if (request.DueNotice == notice) continue;
            await events.PublishAsync(request, request.PublishedStatus, deadline, new StatusDetails { DueNotice = notice });
            await requests.SetDueNoticeAsync(request.RequestId, notice, deadline);
        }

        metrics.Count("RequestsNearlyDue", nearly);
        metrics.Count("RequestsOverdue", overdue);
        metrics.Count("TasksWaiting", waiting);
    }

    /// <summary>One attempt takes up one datastore. A request that is at work is left for the next hour, so no attempt can pass another.</summary>
    private async Task ResumeHeldAsync(string datastore, CancellationToken deadline)
    {
        await foreach (var entry in ledger.ListAsync(datastore, LedgerStates.Held, time.GetUtcNow(), deadline))
        {
            if (await requests.GetAsync(entry.RequestId, deadline) is not { IsTerminal: true } request) continue;
            await workflow.StartAsync(entry.RequestId, request.Attempt + 1, [datastore], deadline);
        }
    }

    private async Task RenewLocksAsync(string datastore, string state, DateTimeOffset until, CancellationToken deadline)
    {
        await foreach (var entry in ledger.ListAsync(datastore, state, until, deadline))
        {
            if (entry.LockedUntil - time.GetUtcNow() < ErasureLedger.RenewBefore) await ledger.RenewLockAsync(entry, deadline);
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
