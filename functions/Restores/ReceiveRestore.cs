using Microsoft.Extensions.Logging;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Runtime.Sqs;

namespace ServerlessGdpr.Functions.Restores;

/// <summary>Takes what AWS tells of restores, and of executions that clean them, from the queue. A message that fails is delivered again, in the end to the dead-letter queue.</summary>
public sealed class ReceiveRestore(BatchProcessor batches, AnnounceRestore announce, RecordReplayFailure fail, Metrics metrics, ILogger<ReceiveRestore> log)
    : IHandler<SqsEvent, SqsBatchResponse>
{
    public Task<SqsBatchResponse> HandleAsync(SqsEvent input, Invocation invocation, CancellationToken deadline) =>
        batches.ProcessAsync(input, ReceiveAsync, deadline);

    private Task ReceiveAsync(SqsMessage message, CancellationToken cancellation)
    {
        switch (EventEnvelope.Parse(message.Body, message.MessageId))
        {
            case null:
                log.RestoreRejected(message.MessageId);
                metrics.Count("RestoreEventsRejected", 1);
                return Task.CompletedTask;
            case { DetailType: DetailTypes.ExecutionStatusChange } envelope:
                return fail.ReceiveAsync(envelope, cancellation);
            case { } envelope:
                return announce.ReceiveAsync(envelope, cancellation);
        }
    }
}
