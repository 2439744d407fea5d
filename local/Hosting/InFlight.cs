namespace ServerlessGdpr.Local.Hosting;

/// <summary>
/// Counts the work going on in the cloud. Whoever is doing something holds a token; whoever only waits for a timer or a message holds none.
/// Virtual time moves only while the count is zero.
/// </summary>
public sealed class InFlight
{
    private static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(4);
    private int count;
    private long changes;

    /// <summary>Marks work as begun; take the next token before the previous one is disposed when work is handed on.</summary>
    public IDisposable Begin()
    {
        Interlocked.Increment(ref count);
        Interlocked.Increment(ref changes);
        return new Token(this);
    }

    /// <summary>Completes when nothing has been in flight for a few real milliseconds.</summary>
    public async Task RestAsync(CancellationToken cancellation = default)
    {
        while (true)
        {
            var seen = Interlocked.Read(ref changes);
            await Task.Delay(SettleTime, cancellation);
            if (Volatile.Read(ref count) == 0 && Interlocked.Read(ref changes) == seen) return;
        }
    }

    private sealed class Token(InFlight owner) : IDisposable
    {
        private int disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref disposed, 1) == 0) Interlocked.Decrement(ref owner.count);
        }
    }
}
