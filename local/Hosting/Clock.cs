namespace ServerlessGdpr.Local.Hosting;

internal static class Clock
{
    /// <summary>Timers of the machine's clock reach about 49 days.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    /// <summary>Waits for an instant, however far away.</summary>
    public static async Task DelayUntilAsync(this TimeProvider time, DateTimeOffset instant, CancellationToken cancellation)
    {
        while (instant - time.GetUtcNow() is var left && left > TimeSpan.Zero)
            await Task.Delay(left < LongestTimer ? left : LongestTimer, time, cancellation);
    }
}
