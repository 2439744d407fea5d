using Microsoft.Extensions.Logging;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Runtime.Sqs;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>Keeps what ended in a dead-letter queue: the message goes into the vault, sealed, and is reported before the queue would let it expire.</summary>
public sealed class DrainDeadLetters(
    BatchProcessor batches, DeadLetterStore deadLetters, RequestStore requests, StatusEvents events, ILogger<DrainDeadLetters> log)
    : IHandler<SqsEvent, SqsBatchResponse>
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

    private static string? RequestIdOf(EventEnvelope? envelope)
    {
        if (envelope is null) return null;
        if (envelope.DetailType == DetailTypes.ExecutionStatusChange) return ExecutionFailure.RequestIdOf(envelope);
        if (envelope.DetailType == DetailTypes.OperatorDecided) return Decision.RequestIdOf(envelope);
        return envelope.SubjectRequestId is { } id ? RequestId.Of(envelope.Source, id) : null;
    }
}
