using System.Text.Json;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Vault;

namespace ServerlessGdpr.Functions.Erasure;

/// <summary>Ends a request visibly: certificate, status, an empty vault, and the event that tells the upstream app.</summary>
public sealed class CompleteRequest(
    RequestStore requests,
    TaskStore<ErasureTask> tasks,
    ErasureLedger ledger,
    EvidenceBucket evidence,
    VaultEntries vault,
    AcceptanceOrder order,
    StatusEvents events,
    TimeProvider time) : IHandler<CompleteRequestInput, Acknowledged>
{
    /// <summary>Evidence that an erasure was carried out is kept as long as claims about it may be made.</summary>
    internal const int CertificateYears = 10;

    public async Task<Acknowledged> HandleAsync(CompleteRequestInput input, Invocation invocation, CancellationToken deadline)
    {
        var request = await requests.GetAsync(input.RequestId, deadline) ?? throw new RequestUnknown();
        if (request.IsCompleted) return new Acknowledged();

        var all = await tasks.ListAsync(input.RequestId, deadline);
        var cancelled = request.Status == RequestStatuses.Cancelled;
        var status = cancelled ? RequestStatuses.Cancelled : RequestOutcome.StatusOf(all);
        var backupsExpireBy = cancelled ? null : RequestOutcome.BackupsExpireBy(all);

        var datastores = all.ToLookup(task => task.Datastore, task => task.Target);
        if (cancelled) await Task.WhenAll(datastores.Select(datastore => ledger.VoidAsync(datastore.Key, request.RequestId, deadline)));
        await WriteCertificateAsync(request, input.Attempt, status, all, backupsExpireBy, deadline);
        await Task.WhenAll(datastores.Select(datastore => datastore.Key).Union(request.Datastores)
            .Select(datastore => vault.RemoveTaskAsync(datastore, request.RequestId, deadline, datastores[datastore].OfType<string>())));
        await vault.RemoveCallbacksAsync(request.RequestId, deadline);
        await events.PublishAsync(
            request,
            status,
            deadline,
            new StatusDetails
            {
                Outcomes = cancelled ? [] : [.. all.Select(TaskOutcome.Of)],
                BackupsExpireBy = backupsExpireBy,
                BundlesHeld = cancelled ? [] : await BundlesHeldAsync(request, deadline),
            });
        await order.EndAsync(request, deadline);

        // Last: a request that has ended would not be tried again, and nobody would hear of it.
        await requests.CompleteAsync(request.RequestId, status, deadline, forgetsPerson: status != RequestStatuses.Failed && all.All(task => task.Outcome != Outcomes.Exempt));
        return new Acknowledged();
    }

    /// <summary>What was handed out before, or since, is not erased: it goes by itself.</summary>
    private async Task<IReadOnlyList<HeldBundle>> BundlesHeldAsync(RequestRecord request, CancellationToken deadline) =>
    [
        .. from other in await order.ListAsync(request, deadline)
           let bundle = other.Request.Bundle
           where bundle?.ExpiresAt > time.GetUtcNow()
           select new HeldBundle(other.Request.Source, other.Request.SubjectRequestId, bundle.ExpiresAt),
    ];

    private Task WriteCertificateAsync(
        RequestRecord request, int attempt, string status, IReadOnlyList<ErasureTask> all, DateOnly? backupsExpireBy, CancellationToken deadline)
    {
        var now = time.GetUtcNow();
        var certificate = new ErasureCertificate(
            request.RequestId, attempt, request.Source, request.SubjectRequestId, request.DryRun, request.SubmittedAt, now, status, [.. all.Select(TaskOutcome.Of)],
            all.ToDictionary(task => task.Name, task => task.Evidence), backupsExpireBy);
        return evidence.WriteOnceAsync(
            $"certificates/{request.RequestId}/r{attempt}.json",
            JsonSerializer.Serialize(certificate, FunctionsJson.Default.ErasureCertificate),
            now.AddYears(CertificateYears),
            deadline);
    }
}

/// <summary>What was done for a request, written once and locked. It names no one.</summary>
/// <param name="Evidence">By the tasks' names.</param>
public sealed record ErasureCertificate(
    string RequestId,
    int Attempt,
    string Source,
    string SubjectRequestId,
    bool DryRun,
    DateTimeOffset SubmittedAt,
    DateTimeOffset CompletedAt,
    string Status,
    IReadOnlyList<DatastoreOutcome> Datastores,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Evidence,
    DateOnly? BackupsExpireBy);
