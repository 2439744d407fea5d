using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Erasure;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Vault;

namespace ServerlessGdpr.Functions.Restores.Replay;

/// <summary>Backups that were taken of a restored resource before it was clean hold its people: the ledger remembers them until those have aged out too.</summary>
public sealed class ExtendMemory(ErasureLedger ledger, RequestStore requests, TaskStore<ErasureTask> tasks, StatusEvents events, DataMap dataMap, TimeProvider time)
    : IHandler<ExtendRequest, Acknowledged>
{
    public async Task<Acknowledged> HandleAsync(ExtendRequest input, Invocation invocation, CancellationToken deadline)
    {
        var entry = dataMap.Datastores.FirstOrDefault(one => one.Name == input.Datastore) ?? throw new DatastoreNotRegistered(input.Datastore);

        // So much further that the restore may be declared clean up to a margin later, and that a sweep within the margin need not extend again.
        var least = time.GetUtcNow().AddDays(entry.BackupRetentionDays) + ReplayProgress.MemoryMargin;
        foreach (var subject in input.Subjects) await ExtendAsync(input.Datastore, VaultKeys.Locate(subject).RequestId, least, deadline);
        return new Acknowledged();
    }

    private async Task ExtendAsync(string datastore, string requestId, DateTimeOffset least, CancellationToken deadline)
    {
        if (await ledger.GetAsync(datastore, requestId, deadline) is not { ExpiresAt: { } expiry } || expiry >= least) return;

        // Published first: once the ledger remembers for longer, nobody would say so again.
        var until = least + ReplayProgress.MemoryMargin;
        if (await requests.GetAsync(requestId, deadline) is { IsTerminal: true } request) await PublishAsync(request, DateOnly.FromDateTime(until.UtcDateTime), deadline);
        await ledger.ExtendAsync(datastore, requestId, until, deadline);
    }

    /// <summary>The last word on the request once more, with the later day.</summary>
    private async Task PublishAsync(RequestRecord request, DateOnly until, CancellationToken deadline)
    {
        var all = await tasks.ListAsync(request.RequestId, deadline);
        var before = RequestOutcome.BackupsExpireBy(all);
        await events.PublishAsync(
            request,
            request.PublishedStatus,
            deadline,
            new StatusDetails { Outcomes = [.. all.Select(TaskOutcome.Of)], BackupsExpireBy = before > until ? before : until });
    }
}
