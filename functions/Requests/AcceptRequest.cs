using Microsoft.Extensions.Logging;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>Takes a request in: request and vault items in one write, then the status, then the workflow. Each step may be repeated.</summary>
public sealed class AcceptRequest(
    RequestValidator validator,
    IRequestMac mac,
    RequestSealer sealer,
    RequestStore requests,
    Rejections rejections,
    StatusEvents events,
    WorkflowStarter workflow,
    TimeProvider time,
    ILogger<AcceptRequest> log)
{
    public async Task ReceiveAsync(EventEnvelope envelope, CancellationToken cancellation)
    {
        var validated = validator.Validate(envelope);
        if (validated.Value is { } request) await AcceptAsync(envelope, request, cancellation);
        else await RefuseAsync(envelope, validated.Reasons, cancellation);
    }

    private async Task AcceptAsync(EventEnvelope envelope, SubjectRequest request, CancellationToken cancellation)
    {
        var detailMac = await mac.ComputeAsync(envelope.Detail, cancellation);
        if (await requests.GetAsync(request.RequestId, cancellation) is { } known)
        {
            await RepeatAsync(envelope, known, detailMac, cancellation);
            return;
        }

        var record = RecordOf(request, envelope.Id, detailMac) with { IdentityMacs = await MacsAsync(request, cancellation) };
        if (await requests.TryAcceptAsync(record, await sealer.SealAsync(request, cancellation), cancellation))
        {
            log.Accepted(record.RequestId, envelope.Id, record.Datastores.Count, record.Unreachable.Count);
            await ProceedAsync(record, cancellation);
        }
        else if (await rejections.TryRepeatAsync(envelope.Id, cancellation))
        {
            log.Rejected(envelope.Id, "rejected before");
        }
        else
        {
            // Another delivery wrote it meanwhile.
            var written = await requests.GetAsync(request.RequestId, cancellation) ?? throw new StoreBusy();
            await RepeatAsync(envelope, written, detailMac, cancellation);
        }
    }

    private async Task RepeatAsync(EventEnvelope envelope, RequestRecord known, string detailMac, CancellationToken cancellation)
    {
        if (known.DetailMac != detailMac)
        {
            await rejections.RejectAsync(envelope.Id, envelope, [Reason.Conflict()], cancellation);
            return;
        }

        log.Repeated(envelope.Id, known.RequestId);
        await ProceedAsync(known, cancellation);
    }

    /// <summary>The status goes first, so that none of the workflow's can overtake it.</summary>
    private async Task ProceedAsync(RequestRecord request, CancellationToken cancellation)
    {
        if (request.Announced is null)
        {
            await events.PublishAsync(request, request.PublishedStatus, cancellation);
            await requests.MarkAnnouncedAsync(request.RequestId, request.PublishedStatus, cancellation);
        }

        if (request is { StartedAt: null, Attempt: 0 }) await workflow.StartAsync(request, 0, null, cancellation);
    }

    /// <summary>A request that was accepted stays accepted when it comes again, in the same event or another, though time or the data map has moved on since.</summary>
    private async Task RefuseAsync(EventEnvelope envelope, IReadOnlyList<Reason> reasons, CancellationToken cancellation)
    {
        var known = envelope.SubjectRequestId is { } id ? await requests.GetAsync(RequestId.Of(envelope.Source, id), cancellation) : null;
        if (known is not null && await BroughtAsync(known, envelope, cancellation)) await ProceedAsync(known, cancellation);
        else await rejections.RejectAsync(envelope.Id, envelope, reasons, cancellation);
    }

    /// <summary>Whether the event says what the one said that brought the request. What is no I-JSON cannot: it has no canonical form.</summary>
    private async Task<bool> BroughtAsync(RequestRecord known, EventEnvelope envelope, CancellationToken cancellation) =>
        (envelope.DetailType == DetailTypes.ErasureRequested) == (known.Type == RequestTypes.Erasure)
        && !InternetJson.Faults(envelope.Detail, new HashSet<string>()).Any()
        && await mac.ComputeAsync(envelope.Detail, cancellation) == known.DetailMac;

    /// <summary>A dry run changes nothing: nobody has to wait for it.</summary>
    private async Task<IReadOnlyList<string>> MacsAsync(SubjectRequest request, CancellationToken cancellation) => request.DryRun
        ? []
        : await Task.WhenAll(request.Reach.Identities.Values.SelectMany(identities => identities).Distinct().Select(identity => mac.ComputeAsync(identity, cancellation)));

    private RequestRecord RecordOf(SubjectRequest request, string eventId, string detailMac) => new()
    {
        RequestId = request.RequestId,
        Source = request.Source,
        SubjectRequestId = request.SubjectRequestId,
        Type = request.Type,
        Regulation = request.Regulation,
        ApiVersion = request.ApiVersion,
        DryRun = request.DryRun,
        SubmittedAt = request.SubmittedAt,
        ReceivedAt = time.GetUtcNow(),
        DueAt = StatutoryClock.DueAt(request.SubmittedAt),
        Status = RequestStatuses.Pending,
        DetailMac = detailMac,
        EventId = eventId,
        Datastores = [.. request.Reach.Identities.Keys],
        Unreachable = request.Reach.Unreachable,
    };
}
