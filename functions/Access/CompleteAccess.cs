using System.Text.Json;
using ServerlessGdpr.Functions.Access.Bundle;
using ServerlessGdpr.Functions.Erasure;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Vault;

namespace ServerlessGdpr.Functions.Access;

/// <summary>Ends an access request visibly: certificate, empty vault, only the bundle left in the export bucket, and the event that says where it lies.</summary>
public sealed class CompleteAccess(
    RequestStore requests,
    TaskStore<ExportTask> tasks,
    EarlierErasures erasures,
    AcceptanceOrder order,
    EvidenceBucket evidence,
    ExportBucket exports,
    VaultEntries vault,
    StatusEvents events,
    TimeProvider time) : IHandler<CompleteRequestInput, Acknowledged>
{
    public async Task<Acknowledged> HandleAsync(CompleteRequestInput input, Invocation invocation, CancellationToken deadline)
    {
        var request = await requests.GetAsync(input.RequestId, deadline) ?? throw new RequestUnknown();
        if (request.IsCompleted) return new Acknowledged();

        var all = await tasks.ListAsync(input.RequestId, deadline);
        var cancelled = request.Status == RequestStatuses.Cancelled;
        var status = cancelled ? RequestStatuses.Cancelled : AccessNextStep.StatusOf(all);
        var bundle = status is RequestStatuses.Completed or RequestStatuses.PartiallyCompleted ? request.Bundle : null;

        await WriteCertificateAsync(request, input.Attempt, status, all, bundle, deadline);
        foreach (var datastore in request.Datastores)
        {
            await exports.RemovePartsAsync(datastore, request.RequestId, deadline);
            await vault.RemoveTaskAsync(datastore, request.RequestId, deadline);
        }

        await vault.RemoveCallbacksAsync(request.RequestId, deadline);
        await events.PublishAsync(
            request,
            status,
            deadline,
            new StatusDetails
            {
                Outcomes = cancelled ? [] : [.. all.Select(ExportOutcome.Of)],
                Bundle = bundle is null ? null : new(exports.LocationOf(ExportKeys.Bundle(request.RequestId)), bundle.Size, bundle.Sha256, bundle.ExpiresAt),
                EarlierErasures = cancelled ? [] : [.. (await erasures.ListAsync(request, deadline)).Select(Report)],
            });
        await order.EndAsync(request, deadline);

        // Last: a request that has ended would not be tried again, and nobody would hear of it.
        await requests.CompleteAsync(request.RequestId, status, deadline, forgetsPerson: status != RequestStatuses.Failed);
        return new Acknowledged();
    }

    private static ReportedErasure Report(EarlierErasure erasure) =>
        new(erasure.SubmittedAt, erasure.Status, erasure.Outcomes.Sum(outcome => outcome.Erased), erasure.BackupsExpireBy);

    private Task WriteCertificateAsync(
        RequestRecord request, int attempt, string status, IReadOnlyList<ExportTask> all, PackagedBundle? bundle, CancellationToken deadline)
    {
        var now = time.GetUtcNow();
        var certificate = new AccessCertificate(
            request.RequestId, attempt, request.Source, request.SubjectRequestId, request.Type, request.SubmittedAt, now, status,
            [.. all.Select(ExportOutcome.Of)], all.ToDictionary(task => task.Datastore, task => task.Evidence), bundle);
        return evidence.WriteOnceAsync(
            $"certificates/{request.RequestId}/r{attempt}.json",
            JsonSerializer.Serialize(certificate, FunctionsJson.Default.AccessCertificate),
            now.AddYears(CompleteRequest.CertificateYears),
            deadline);
    }
}

/// <summary>What a person was given, written once and locked. It names no one.</summary>
/// <param name="Evidence">By datastore.</param>
public sealed record AccessCertificate(
    string RequestId,
    int Attempt,
    string Source,
    string SubjectRequestId,
    string Type,
    DateTimeOffset SubmittedAt,
    DateTimeOffset CompletedAt,
    string Status,
    IReadOnlyList<DatastoreOutcome> Datastores,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Evidence,
    PackagedBundle? Bundle);
