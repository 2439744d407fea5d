using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Lambda.EventSources;

/// <summary>Takes batches from a queue to a function and deletes what the function has dealt with. The rest becomes visible again by itself.</summary>
public sealed class QueuePoller(EventSourceMapping mapping, FunctionInvoker functions, IQueues queues, TimeProvider time)
{
    private const int MaxReceive = 10;

    /// <summary>Longer than SQS allows its clients: each poll that ends empty would be a stop on the way of virtual time.</summary>
    private static readonly TimeSpan LongPoll = TimeSpan.FromDays(30);

    /// <summary>One poller: one batch at a time, until the cloud stops.</summary>
    public async Task RunAsync(Work work, CancellationToken cancellation)
    {
        while (true)
        {
            var batch = await ReceiveAsync(work, cancellation);
            foreach (var message in batch.Count == 0 ? [] : await DoneAsync(batch, work, cancellation))
            {
                await queues.DeleteAsync(mapping.QueueArn, message.ReceiptHandle, cancellation);
            }
        }
    }

    private async Task<IReadOnlyList<QueueMessage>> ReceiveAsync(Work work, CancellationToken cancellation)
    {
        List<QueueMessage> batch = [.. await ReceiveAsync(mapping.BatchSize, LongPoll)];
        var end = time.GetUtcNow() + mapping.BatchingWindow;
        while (batch.Count > 0 && batch.Count < mapping.BatchSize && end - time.GetUtcNow() is var left && left > TimeSpan.Zero)
        {
            batch.AddRange(await ReceiveAsync(mapping.BatchSize - batch.Count, left));
        }

        return batch;

        Task<IReadOnlyList<QueueMessage>> ReceiveAsync(int room, TimeSpan wait) =>
            work.WaitAsync(() => queues.ReceiveAsync(mapping.QueueArn, Math.Min(room, MaxReceive), wait, cancellation));
    }

    private async Task<IEnumerable<QueueMessage>> DoneAsync(IReadOnlyList<QueueMessage> batch, Work work, CancellationToken cancellation)
    {
        try
        {
            var answer = await work.WaitAsync(() => functions.InvokeAsync(mapping.Function.Arn, SqsEvent.Of(mapping.QueueArn, batch), cancellation));
            if (answer.FunctionError is not null) return [];
            return mapping.ReportsBatchItemFailures ? BatchAnswer.Done(batch, answer.Payload) : batch;
        }
        catch (AwsError throttled) when (throttled.Code == "TooManyRequestsException")
        {
            return [];
        }
    }
}
