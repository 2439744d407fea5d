using Microsoft.Extensions.Logging;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>An execution that failed, timed out or was aborted leaves its request failed, visibly, until an operator retries it. Step Functions tells of it with an event, at its best effort, and when asked.</summary>
public sealed class RecordExecutionFailure(RequestStore requests, StatusEvents events, WorkflowStarter workflow, ILogger<RecordExecutionFailure> log)
{
    public async Task ReceiveAsync(EventEnvelope envelope, CancellationToken cancellation)
    {
        if (ExecutionFailure.Of(envelope, workflow.Served) is not { } failure || !await RecordAsync(failure, envelope.Id, cancellation)) log.ExecutionIgnored(envelope.Id);
    }

    /// <summary>For an attempt that should be at work: one that is not there is started.</summary>
    /// <param name="datastores">The tasks that it is about; null for all that are not final.</param>
    public async Task CheckAsync(RequestRecord request, int attempt, IReadOnlyList<string>? datastores, CancellationToken cancellation)
    {
        var status = await workflow.StatusAsync(request, attempt, cancellation);
        if (status is null) await workflow.StartAsync(request, attempt, datastores, cancellation);
        else if (ExecutionFailure.CodeOf(status) is { } code) await RecordAsync(new(request.RequestId, attempt, code), null, cancellation);
    }

    /// <returns>False when it does not matter any more.</returns>
    private async Task<bool> RecordAsync(ExecutionFailure failure, string? eventId, CancellationToken cancellation)
    {
        if (await requests.TryFailAsync(failure.RequestId, failure.Attempt, cancellation) is not { } request) return false;

        log.Failed(failure.RequestId, failure.Attempt, failure.Code);
        var announcement = $"failed {failure.Attempt}";
        if (request.Announced == announcement) return true;
        await events.PublishAsync(request, RequestStatuses.Failed, cancellation, new() { Reasons = [Reason.ExecutionEnded(failure.Code)], EventId = eventId });
        await requests.MarkAnnouncedAsync(request.RequestId, announcement, cancellation);
        return true;
    }
}
