using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Erasure;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Ledger;

/// <summary>Every hour: notes for how long backups are kept now, and keeps ledger entries for as long. So a raised backupRetentionDays takes effect within the hour after its deployment.</summary>
public sealed class KeepMemory(RetentionHistory history, RetentionReview review, DataMap dataMap, Metrics metrics) : IHandler<ScheduledEvent, Acknowledged>
{
    public async Task<Acknowledged> HandleAsync(ScheduledEvent input, Invocation invocation, CancellationToken deadline)
    {
        var work = new ScheduledWork(deadline);
        var extended = 0;
        foreach (var (name, days) in dataMap.Datastores.Select(entry => (entry.Name, entry.BackupRetentionDays)))
        {
            await work.TryAsync(() => history.RecordAsync(name, days, deadline));
            foreach (var state in new[] { LedgerStates.Verified, LedgerStates.Open })
                await work.TryAsync(async () => extended += await review.RunAsync(name, state, days, deadline));
        }

        metrics.Count("LedgerEntriesExtended", extended);
        work.End();
        return new Acknowledged();
    }
}
