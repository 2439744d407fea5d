using ServerlessGdpr.Local.StepFunctions.Running;

namespace ServerlessGdpr.Local.StepFunctions.Distributed;

/// <summary>The child executions of a map run that are under way, and those that have ended and whose results nobody has taken yet.</summary>
internal sealed class ChildExecutions(MapRun run, Branch parent)
{
    private readonly Lock gate = new();
    private readonly HashSet<Execution> running = [];
    private readonly Queue<Execution> ended = new();
    private Pause<bool>? waiting;

    public bool AnyRunning
    {
        get
        {
            lock (gate) return running.Count > 0;
        }
    }

    public bool AnyFree
    {
        get
        {
            lock (gate) return running.Count < run.Limits.MaxConcurrency;
        }
    }

    public void Add(Execution child)
    {
        run.Started(child.ItemCount);
        lock (gate) running.Add(child);
    }

    /// <summary>A child has ended: whoever waits for that goes on.</summary>
    public void End(Execution child)
    {
        run.Ended(child);
        Pause<bool>? awaited;
        lock (gate)
        {
            running.Remove(child);
            ended.Enqueue(child);
            (awaited, waiting) = (waiting, null);
        }

        awaited?.End(true);
    }

    public Execution? TakeEnded()
    {
        lock (gate) return ended.TryDequeue(out var child) ? child : null;
    }

    /// <summary>Waits, with nothing in flight, until a child has ended; returns at once when the result of one is there to be taken.</summary>
    /// <exception cref="OperationCanceledException">The parent was stopped.</exception>
    public async Task WaitAsync()
    {
        using var pause = new Pause<bool>(parent.InFlight);
        lock (gate)
        {
            if (ended.Count > 0) return;
            waiting = pause;
        }

        await using var stop = parent.Cancellation.Register(() => pause.End(false));
        await parent.AwaitAsync(pause);
        parent.Cancellation.ThrowIfCancellationRequested();
    }

    public void StopAll()
    {
        Execution[] left;
        lock (gate) left = [.. running];
        foreach (var child in left) child.TryFinish(ExecutionStatus.Aborted, null);
    }
}
