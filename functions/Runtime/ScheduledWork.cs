namespace ServerlessGdpr.Functions.Runtime;

/// <summary>What one run of a schedule does. What fails is left behind for the next, and said at the end: one piece never stops the others.</summary>
internal sealed class ScheduledWork(CancellationToken deadline)
{
    private readonly List<Exception> failures = [];

    public async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception failure) when (!deadline.IsCancellationRequested)
        {
            failures.Add(failure);
        }
    }

    /// <exception cref="WatchIncomplete">Something failed.</exception>
    public void End()
    {
        if (failures.Count > 0) throw new WatchIncomplete(failures);
    }
}

/// <summary>Some of what was to be done in this run of a schedule failed; everything else is done.</summary>
public sealed class WatchIncomplete(IReadOnlyCollection<Exception> failures)
    : TransientFailure($"{failures.Count} of this hour's tasks failed.", new AggregateException(failures));
