using Microsoft.Extensions.Logging;

namespace ServerlessGdpr.Functions.Runtime.Sqs;

/// <summary>Works through a batch message by message. All count as failed until they have succeeded, so whatever happens nothing is lost.</summary>
public sealed partial class BatchProcessor(ILogger<BatchProcessor> log)
{
    /// <param name="process">Handles one message. What it throws fails that message alone: the queue delivers it again, in the end to its dead-letter queue.</param>
    /// <param name="deadline">When it is cancelled no further message is begun; those left are delivered again.</param>
    /// <returns>The failed messages.</returns>
    public async Task<SqsBatchResponse> ProcessAsync(SqsEvent batch, Func<SqsMessage, CancellationToken, Task> process, CancellationToken deadline)
    {
        var failed = batch.Records.Select(message => message.MessageId).ToHashSet(StringComparer.Ordinal);
        foreach (var message in batch.Records)
        {
            if (deadline.IsCancellationRequested) break;
            try
            {
                await process(message, deadline);
                failed.Remove(message.MessageId);
            }
            catch (Exception thrown)
            {
                var failure = ErrorClassifier.Classify(thrown, deadline.IsCancellationRequested);
                LogMessageFailed(log, message.MessageId, failure.GetType().Name, failure);
            }
        }

        return new SqsBatchResponse([.. failed.Select(id => new SqsBatchItemFailure(id))]);
    }

    [LoggerMessage(1010, LogLevel.Warning, "Message {MessageId} failed with {ErrorType}")]
    private static partial void LogMessageFailed(ILogger log, string messageId, string errorType, Exception failure);
}
