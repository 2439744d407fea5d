namespace ServerlessGdpr.Local.Hosting;

/// <summary>
/// Counts the work going on in the cloud. Whoever is doing something holds a token; whoever only waits for a timer or a message holds none.
/// Virtual time moves only while the count is zero.
/// </summary>
/// <remarks>
/// A waiter that is woken takes its token while its waker still holds one. Awaiting a timer of <see cref="VirtualTime"/> or a task completed by a
/// token holder does that by itself, because continuations run inline: loops are started with <see cref="BackgroundWork"/>, which has no
/// synchronisation context that could post them elsewhere.
/// </remarks>
public sealed class InFlight
{
    private static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(4);
    private int count;
    private long changes;

    /// <summary>Whether nobody holds a token now.</summary>
    internal bool IsAtRest => Volatile.Read(ref count) == 0;

    /// <summary>Marks work as begun; take the next token before the previous one is disposed when work is handed on.</summary>
    public Work Begin()
    {
        Enter();
        return new Work(this);
    }

    /// <summary>Completes when nothing has been in flight for a few real milliseconds.</summary>
    public async Task RestAsync(CancellationToken cancellation = default)
    {
        while (true)
        {
            var seen = Interlocked.Read(ref changes);
            await Task.Delay(SettleTime, cancellation);
            await Task.Yield();
            if (IsAtRest && Interlocked.Read(ref changes) == seen) return;
        }
    }

    /// <summary>Awaits what somebody else holds a token for. The caller, who holds one too, is not counted as working meanwhile.</summary>
    internal async Task<T> WaitAsync<T>(Task<T> waiting)
    {
        if (waiting.IsCompleted) return await waiting;

        // Whoever completes it takes this token back at once, also when this thread has not come to its await by then.
        var back = waiting.ContinueWith(_ => Enter(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        Leave();
        await back;
        return await waiting;
    }

    internal void Enter()
    {
        Interlocked.Increment(ref count);
        Interlocked.Increment(ref changes);
    }

    internal void Leave()
    {
        Interlocked.Increment(ref changes);
        Interlocked.Decrement(ref count);
    }
}

/// <summary>A token of <see cref="InFlight"/>: one piece of work, from its beginning to its disposal.</summary>
public sealed class Work : IDisposable
{
    private readonly InFlight owner;
    private int disposed;

    internal Work(InFlight owner) => this.owner = owner;

    /// <summary>Awaits a timer or a message without being counted as work meanwhile.</summary>
    public async Task<T> WaitAsync<T>(Func<Task<T>> wait)
    {
        ArgumentNullException.ThrowIfNull(wait);
        return await owner.WaitAsync(wait());
    }

    /// <inheritdoc cref="WaitAsync{T}"/>
    public Task WaitAsync(Func<Task> wait) => WaitAsync(async () =>
    {
        await wait();
        return true;
    });

    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 0) owner.Leave();
    }
}
