namespace ServerlessGdpr.Local.StepFunctions.Running;

/// <summary>Branches that run side by side while their parent waits; the first failure stops the others.</summary>
internal sealed class BranchGroup : IDisposable
{
    private readonly Branch parent;
    private readonly CancellationTokenSource stop;
    private readonly Lock gate = new();
    private StateFailure? first;
    private long cursor;

    public BranchGroup(Branch parent)
    {
        this.parent = parent;
        cursor = parent.Cursor;
        stop = CancellationTokenSource.CreateLinkedTokenSource(parent.Cancellation);
    }

    public CancellationToken Stopped => stop.Token;

    /// <summary>Runs <paramref name="count"/> children to their end.</summary>
    /// <exception cref="StateFailure">The first failure that was reported with <see cref="Fail"/>.</exception>
    public async Task RunAsync(int count, Func<int, Branch, Task> run)
    {
        using var pause = new Pause<bool>(parent.InFlight);
        var left = count;
        var children = Enumerable.Range(0, count).Select(index => (Index: index, Branch: parent.Fork(Stopped))).ToArray();
        var tasks = children.Select(child => Task.Run(() => RunOneAsync(child.Index, child.Branch))).ToArray();
        if (count == 0) pause.End(true);
        await parent.AwaitAsync(pause);
        await Task.WhenAll(tasks);
        parent.Cursor = cursor;
        parent.Cancellation.ThrowIfCancellationRequested();
        if (first is not null) throw first;

        async Task RunOneAsync(int index, Branch branch)
        {
            var ended = false;
            try
            {
                await run(index, branch);
                ended = true;
            }
            catch (OperationCanceledException) when (Stopped.IsCancellationRequested)
            {
                ended = true;
            }
            finally
            {
                if (!ended) await stop.CancelAsync();
                Follow(branch);
                if (Interlocked.Decrement(ref left) == 0) pause.End(true);
                branch.Dispose();
            }
        }
    }

    /// <summary>Reports that a child failed, and stops the others.</summary>
    public void Fail(StateFailure failure, Branch child)
    {
        lock (gate)
        {
            if (first is not null) return;
            first = failure;
            cursor = child.Cursor;
        }

        stop.Cancel();
    }

    public void Dispose() => stop.Dispose();

    /// <summary>What comes after the group refers to the last event of its branches, or of the one that failed.</summary>
    private void Follow(Branch child)
    {
        lock (gate)
        {
            if (first is null) cursor = child.Cursor;
        }
    }
}
