using Microsoft.Extensions.Logging;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>An execution that Step Functions reports as failed, timed out or aborted leaves its request failed, visibly, until an operator retries it.</summary>
public sealed class RecordExecutionFailure(RequestStore requests, StatusEvents events, WorkflowStarter workflow, ILogger<RecordExecutionFailure> log)
{
    public async Task ReceiveAsync(EventEnvelope envelope, CancellationToken cancellation)
    {
        if (ExecutionFailure.Of(envelope, workflow.Served) is not { } failure
            || await requests.TryFailAsync(failure.RequestId, failure.Attempt, cancellation) is not { } request)
        {
            log.ExecutionIgnored(envelope.Id);
            return;
        }

        log.Failed(failure.RequestId, failure.Attempt, failure.Code);
        var announcement = $"failed {failure.Attempt}";
        if (request.Announced == announcement) return;
        await events.PublishAsync(
            request, RequestStatuses.Failed, cancellation, new() { Reasons = [Reason.ExecutionEnded(failure.Code)], EventId = envelope.Id });
        await requests.MarkAnnouncedAsync(request.RequestId, announcement, cancellation);
    }
}
