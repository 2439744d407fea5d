using Microsoft.Extensions.Logging;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>Takes a request back for its application. Before the first of its tasks that stops it; after, it is refused.</summary>
public sealed class CancelRequest(
    RequestStore requests, Rejections rejections, StatusEvents events, WorkflowStarter workflow, ILogger<CancelRequest> log)
{
    public async Task ReceiveAsync(EventEnvelope envelope, CancellationToken cancellation)
    {
        var validated = Cancellation.Validate(envelope);
        if (validated.Value is { } asked) await CancelAsync(envelope, asked, cancellation);
        else await rejections.RejectAsync(envelope.Id, envelope, validated.Reasons, cancellation);
    }

    private async Task CancelAsync(EventEnvelope envelope, Cancellation asked, CancellationToken cancellation)
    {
        var result = await requests.TryCancelAsync(asked.RequestId, cancellation);
        log.Cancelled(asked.RequestId, envelope.Id, result.Outcome);
        if (result is { Outcome: CancellationOutcomes.Accepted, Request: { Attempt: > 0 } failed })
        {
            // The execution of a cancelled request finds out by itself, unless it had failed: another cleans up then.
            await workflow.StartAsync(failed, failed.Attempt, null, cancellation);
        }

        var announcement = $"{envelope.Id} {result.Outcome}";
        if (result.Announced == announcement) return;
        await PublishAsync(envelope, asked, result, cancellation);
        await requests.MarkCancellationAnnouncedAsync(asked.RequestId, announcement, cancellation);
    }

    private Task PublishAsync(EventEnvelope envelope, Cancellation asked, Cancelling result, CancellationToken cancellation)
    {
        if (result.Request is { } request)
            return events.PublishAsync(request, request.PublishedStatus, cancellation, new() { Cancellation = result.Outcome, EventId = envelope.Id });

        var kept = new RequestStatusChanged
        {
            Source = envelope.Source,
            SubjectRequestId = asked.SubjectRequestId,
            RequestStatus = RequestStatuses.Cancelled,
            SourceEventId = envelope.Id,
            Cancellation = result.Outcome,
        };
        return events.PublishAsync(kept, cancellation);
    }
}
