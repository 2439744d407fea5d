namespace ServerlessGdpr.Local.DynamoDb.Backups;

/// <summary>Lets many pass together, or one alone, in the order in which they came.</summary>
internal sealed class AsyncGate
{
    private const int One = -1;
    private readonly Lock sync = new();
    private readonly Queue<(bool Alone, TaskCompletionSource Entered)> waiting = new();

    /// <summary>How many are inside together, or <see cref="One"/>.</summary>
    private int inside;

    public Task<IDisposable> SharedAsync() => EnterAsync(alone: false);

    public Task<IDisposable> AloneAsync() => EnterAsync(alone: true);

    private async Task<IDisposable> EnterAsync(bool alone)
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (sync)
        {
            waiting.Enqueue((alone, entered));
            Admit();
        }

        await entered.Task;
        return new Hold(this, alone);
    }

    private void Leave(bool alone)
    {
        lock (sync)
        {
            inside = alone ? 0 : inside - 1;
            Admit();
        }
    }

    private void Admit()
    {
        while (waiting.TryPeek(out var next) && (next.Alone ? inside == 0 : inside != One))
        {
            waiting.Dequeue();
            inside = next.Alone ? One : inside + 1;
            next.Entered.SetResult();
        }
    }

    private sealed class Hold(AsyncGate gate, bool alone) : IDisposable
    {
        private int disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref disposed, 1) == 0) gate.Leave(alone);
        }
    }
}
