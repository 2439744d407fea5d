using System.Threading.Channels;
using ServerlessGdpr.Functions.Datastores.Aws;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Datastores.S3Logs;

/// <summary>
/// Searches many objects at once and hands what it finds over in their order, so that one position says how far it got. An object that is ahead waits
/// when it has found a few batches: memory stays flat.
/// </summary>
/// <param name="keepLines">False where lines are only counted.</param>
/// <param name="handOver">Takes a batch and gives the state with its counts.</param>
internal sealed class LogSearch(LogBucket bucket, AwsCalls calls, LogFields fields, bool keepLines, Func<LogState, LogObject, FoundLines, Task<LogState>> handOver)
{
    private const int ObjectsAtOnce = 8, BatchesAhead = 2, Attempts = 3;

    /// <returns>The state behind everything that was handed over, and whether that is all.</returns>
    public async Task<(LogState State, bool Finished)> RunAsync(LogState start, CancellationToken deadline)
    {
        var state = start;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(deadline);
        var running = new Queue<Running>();
        try
        {
            await foreach (var found in bucket.ListAsync(start.Day, start.Until, start.After, stop.Token))
            {
                running.Enqueue(Begin(found, found.Key == start.Open ? start.Offset : 0, stop.Token));
                if (running.Count == ObjectsAtOnce) await FinishFirstAsync();
            }

            while (running.Count > 0) await FinishFirstAsync();
            return (state, Finished: true);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return (state, Finished: false);
        }
        catch (TransientFailure) when (state != start)
        {
            // What was handed over is not handed over again.
            return (state, Finished: false);
        }
        finally
        {
            await stop.CancelAsync();
            foreach (var one in running) await one.Search.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        async Task FinishFirstAsync()
        {
            var one = running.Peek();
            await foreach (var batch in one.Batches.ReadAllAsync(CancellationToken.None)) state = Opened(await handOver(state, one.Object, batch), one.Object, batch.Behind);
            await one.Search;
            running.Dequeue();
            state = state with
            {
                Day = one.Object.Day,
                After = one.Object.Key,
                Open = null,
                Offset = 0,
                Objects = state.Objects + (one.Object.Readable ? 1 : 0),
                Others = state.Others + (one.Object.Readable ? 0 : 1),
            };
        }
    }

    private static LogState Opened(LogState state, LogObject found, long behind) => state with
    {
        Day = found.Day,
        After = found.Day == state.Day ? state.After : null,
        Open = found.Key,
        Offset = behind,
    };

    private Running Begin(LogObject found, long from, CancellationToken stop)
    {
        var batches = Channel.CreateBounded<FoundLines>(new BoundedChannelOptions(BatchesAhead) { SingleReader = true, SingleWriter = true });
        return new Running(found, batches.Reader, Task.Run(() => SearchAsync(found, from, batches.Writer, stop), CancellationToken.None));
    }

    private async Task SearchAsync(LogObject found, long from, ChannelWriter<FoundLines> batches, CancellationToken stop)
    {
        try
        {
            if (!found.Readable) return;
            var search = new LineSearch(fields, keepLines, batch => batches.WriteAsync(batch, stop));
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    await using var content = await bucket.OpenAsync(found.Key, stop);
                    if (content is not null) await search.RunAsync(content, Math.Max(from, search.Behind), stop);
                    return;
                }
                catch (TransientFailure broken) when (attempt < Attempts)
                {
                    await calls.PauseAsync(attempt, broken, stop);
                }
            }
        }
        catch (InvalidDataException)
        {
            throw new DatastoreRejected("InvalidGzip");
        }
        finally
        {
            // The reader learns of a failure from the task, behind what was found before it.
            batches.Complete();
        }
    }

    private sealed record Running(LogObject Object, ChannelReader<FoundLines> Batches, Task Search);
}
