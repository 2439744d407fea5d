namespace ServerlessGdpr.Local.Hosting;

/// <summary>A clock that stands still until it is told to move, and then moves from timer to timer, so that tests cross months in a moment.</summary>
public sealed class VirtualTime(DateTimeOffset start, InFlight inFlight) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly PriorityQueue<VirtualTimer, (DateTimeOffset Due, long Order)> timers = new();
    private DateTimeOffset now = start;
    private long order;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate) return now;
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves to <paramref name="instant"/>, firing what falls due on the way, each time after everything in flight has come to rest.</summary>
    public async Task AdvanceToAsync(DateTimeOffset instant, CancellationToken cancellation = default)
    {
        await inFlight.RestAsync(cancellation);
        while (FireNext(instant)) await inFlight.RestAsync(cancellation);
        lock (gate) now = instant > now ? instant : now;
    }

    public Task AdvanceAsync(TimeSpan span, CancellationToken cancellation = default) => AdvanceToAsync(GetUtcNow() + span, cancellation);

    /// <summary>Moves from timer to timer until <paramref name="condition"/> holds; fails when it does not hold within <paramref name="limit"/>.</summary>
    /// <exception cref="TimeoutException">The condition did not hold within the limit, or nothing is left that could change it.</exception>
    public async Task AdvanceUntilAsync(Func<Task<bool>> condition, TimeSpan limit, CancellationToken cancellation = default)
    {
        var end = GetUtcNow() + limit;
        while (true)
        {
            await inFlight.RestAsync(cancellation);
            if (await condition()) return;
            if (!FireNext(end)) throw new TimeoutException($"The condition did not hold by {GetUtcNow():O}; no timer falls due before {end:O}.");
        }
    }

    private bool FireNext(DateTimeOffset limit)
    {
        using var work = inFlight.Begin();
        VirtualTimer timer;
        lock (gate)
        {
            while (true)
            {
                if (!timers.TryPeek(out timer!, out var key) || key.Due > limit) return false;
                timers.Dequeue();
                if (!timer.IsScheduledAs(key.Order)) continue;
                now = key.Due > now ? key.Due : now;
                timer.Reschedule();
                break;
            }
        }

        timer.Fire();
        return true;
    }

    private void FireSoon(VirtualTimer timer)
    {
        var work = inFlight.Begin();
        ThreadPool.UnsafeQueueUserWorkItem(_ =>
        {
            using (work) timer.Fire();
        }, null);
    }

    private sealed class VirtualTimer(VirtualTime clock, TimerCallback callback, object? state) : ITimer
    {
        private const long NotScheduled = -1;
        private long scheduledAs = NotScheduled;
        private TimeSpan period = Timeout.InfiniteTimeSpan;
        private bool disposed;

        public bool Change(TimeSpan dueTime, TimeSpan newPeriod)
        {
            if (dueTime != Timeout.InfiniteTimeSpan) ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
            if (newPeriod != Timeout.InfiniteTimeSpan) ArgumentOutOfRangeException.ThrowIfLessThan(newPeriod, TimeSpan.Zero, nameof(newPeriod));
            lock (clock.gate)
            {
                if (disposed) return false;
                period = newPeriod;
                if (dueTime != TimeSpan.Zero)
                {
                    Schedule(dueTime);
                    return true;
                }

                // Due now, and now does not have to come first.
                Reschedule();
            }

            clock.FireSoon(this);
            return true;
        }

        public bool IsScheduledAs(long key) => scheduledAs == key;

        public void Reschedule() => Schedule(period > TimeSpan.Zero ? period : Timeout.InfiniteTimeSpan);

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (clock.gate)
            {
                disposed = true;
                scheduledAs = NotScheduled;
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Schedule(TimeSpan dueTime)
        {
            scheduledAs = dueTime == Timeout.InfiniteTimeSpan ? NotScheduled : ++clock.order;
            if (scheduledAs != NotScheduled) clock.timers.Enqueue(this, (clock.now + dueTime, scheduledAs));
        }
    }
}
