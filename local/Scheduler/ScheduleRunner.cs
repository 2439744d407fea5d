using System.Collections.Concurrent;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Scheduler;

/// <summary>Waits for the instants of schedules, of rules and of the scheduler alike.</summary>
internal sealed class ScheduleRunner(TimeProvider time, BackgroundWork background)
{
    private readonly ConcurrentDictionary<string, CancellationTokenSource> running = new(StringComparer.Ordinal);

    /// <param name="key">A schedule with the same key ends.</param>
    /// <param name="fire">Called while the clock stands at the instant; hands on what takes longer.</param>
    /// <param name="start">When it begins; at once when null.</param>
    /// <param name="end">When it ends; never when null.</param>
    public void Start(string key, ScheduleExpression expression, Action<DateTimeOffset> fire, DateTimeOffset? start = null, DateTimeOffset? end = null)
    {
        Stop(key);
        var ending = CancellationTokenSource.CreateLinkedTokenSource(background.Stopping);
        running[key] = ending;
        var now = time.GetUtcNow();
        var begin = start > now ? start.Value : now;
        background.Loop(_ => RunAsync(expression, fire, begin, end, ending.Token));
    }

    public void Stop(string key)
    {
        if (running.TryRemove(key, out var ending)) ending.Cancel();
    }

    private async Task RunAsync(ScheduleExpression expression, Action<DateTimeOffset> fire, DateTimeOffset begin, DateTimeOffset? end, CancellationToken ending)
    {
        try
        {
            for (var due = expression.First(begin); due is { } instant && (end is null || instant <= end); due = expression.Next(instant))
            {
                await time.DelayUntilAsync(instant, ending);
                fire(instant);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Stopped or replaced.
        }
    }
}
