using Microsoft.Extensions.Logging;
using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Runtime.Sqs;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>Keeps what ended in a dead-letter queue: the message goes into the vault, sealed, and is reported before the queue would let it expire.</summary>
public sealed class DrainDeadLetters(
    BatchProcessor batches,
    DeadLetterStore deadLetters,
    RequestStore requests,
    RestoreStore restores,
    StatusEvents events,
    RestoreStatusEvents restoreEvents,
    ILogger<DrainDeadLetters> log) : IHandler<SqsEvent, SqsBatchResponse>
{
    public Task<SqsBatchResponse> HandleAsync(SqsEvent input, Invocation invocation, CancellationToken deadline) =>
        batches.ProcessAsync(input, DrainAsync, deadline);

    private async Task DrainAsync(SqsMessage message, CancellationToken cancellation)
    {
        var envelope = EventEnvelope.Parse(message.Body, message.MessageId);
        var eventId = envelope?.Id ?? message.MessageId;
        if (await deadLetters.IsPublishedAsync(eventId, cancellation)) return;

        await deadLetters.KeepAsync(eventId, envelope, message, cancellation);
        log.DeadLetterKept(message.MessageId, eventId);
        await PublishAsync(eventId, envelope, cancellation);
        await deadLetters.MarkPublishedAsync(eventId, cancellation);
    }

    /// <summary>A request that exists stands where it stands; where there is none, what was asked for has failed.</summary>
    private async Task PublishAsync(string eventId, EventEnvelope? envelope, CancellationToken cancellation)
    {
        if (envelope is not null && await TryPublishRestoreAsync(eventId, envelope, cancellation)) return;
        if (RequestIdOf(envelope) is { } requestId && await requests.GetAsync(requestId, cancellation) is { } request)
        {
            await events.PublishAsync(
                request, request.PublishedStatus, cancellation, new() { Reasons = [Reason.DeadLetter(), Reason.RequestExists()], EventId = eventId });
            return;
        }

        var failed = new RequestStatusChanged
        {
            Source = envelope?.PrintableSource,
            SubjectRequestId = envelope?.SubjectRequestId,
            RequestStatus = RequestStatuses.Failed,
            SourceEventId = eventId,
            Reasons = [Reason.DeadLetter()],
        };
        await events.PublishAsync(failed, cancellation);
    }

    private async Task<bool> TryPublishRestoreAsync(string eventId, EventEnvelope envelope, CancellationToken cancellation)
    {
        var restore = RestoreIdOf(envelope) is { } restoreId ? await restores.GetAsync(restoreId, cancellation) : null;
        if (restore is null && !IsAboutRestore(envelope)) return false;

        await restoreEvents.PublishDeadLetterAsync(restore, eventId, cancellation);
        return true;
    }

    /// <summary>Without a record, the name of an execution does not tell whether it was a request's or a restore's.</summary>
    private static bool IsAboutRestore(EventEnvelope envelope) => envelope.DetailType switch
    {
        DetailTypes.OperatorDecided => RestoreDecisionEvent.IsAbout(envelope),
        DetailTypes.ExecutionStatusChange => false,
        _ => envelope.Source.StartsWith("aws.", StringComparison.Ordinal),
    };

    private static string? RestoreIdOf(EventEnvelope envelope) => envelope.DetailType switch
    {
        DetailTypes.OperatorDecided => RestoreDecisionEvent.RestoreIdOf(envelope),
        DetailTypes.ExecutionStatusChange => RecordReplayFailure.RestoreIdOf(envelope)?.RestoreId,
        _ => null,
    };

    private static string? RequestIdOf(EventEnvelope? envelope)
    {
        if (envelope is null) return null;
        if (envelope.DetailType == DetailTypes.ExecutionStatusChange) return ExecutionFailure.RequestIdOf(envelope);
        if (envelope.DetailType == DetailTypes.OperatorDecided) return Decision.RequestIdOf(envelope);
        return envelope.SubjectRequestId is { } id ? RequestId.Of(envelope.Source, id) : null;
    }
}
