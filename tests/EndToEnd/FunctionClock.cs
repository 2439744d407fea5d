namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>
/// The cloud's clock as a function in this process sees it, except that the pauses between its tries are over at once: a call under way counts as work,
/// so the clock would wait for the function and the function for the clock. Deadlines are longer, and stay on the cloud's clock.
/// </summary>
internal sealed class FunctionClock(TimeProvider cloud) : TimeProvider
{
    /// <summary>Pauses between tries are shorter than this.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public override TimeZoneInfo LocalTimeZone => cloud.LocalTimeZone;

    public override long TimestampFrequency => cloud.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => cloud.GetUtcNow();

    public override long GetTimestamp() => cloud.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        dueTime >= TimeSpan.Zero && dueTime < Patience ? System.CreateTimer(callback, state, TimeSpan.Zero, period) : cloud.CreateTimer(callback, state, dueTime, period);
}
