namespace ServerlessGdpr.Local.StepFunctions.Running;

/// <summary>Rings once at an instant, however far away: the machine's own timers reach seven weeks only.</summary>
internal sealed class Alarm : IDisposable
{
    private static readonly TimeSpan Stage = TimeSpan.FromDays(40);

    private readonly TimeProvider time;
    private readonly Action ring;
    private readonly ITimer timer;
    private long dueTicks;

    public Alarm(TimeProvider time, DateTimeOffset due, Action ring)
    {
        this.time = time;
        this.ring = ring;
        dueTicks = due.UtcTicks;
        timer = time.CreateTimer(_ => Check(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Arm(due - time.GetUtcNow());
    }

    /// <summary>Puts it off; it may not be moved nearer.</summary>
    public void PutOffTo(DateTimeOffset due) => Interlocked.Exchange(ref dueTicks, due.UtcTicks);

    public void Dispose() => timer.Dispose();

    private void Check()
    {
        var left = TimeSpan.FromTicks(Interlocked.Read(ref dueTicks) - time.GetUtcNow().UtcTicks);
        if (left > TimeSpan.Zero) Arm(left);
        else ring();
    }

    /// <summary>Whole milliseconds, rounded up: a timer that rings early would be set again and again.</summary>
    private void Arm(TimeSpan left) =>
        timer.Change(left <= TimeSpan.Zero ? TimeSpan.Zero : left > Stage ? Stage : TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
}
