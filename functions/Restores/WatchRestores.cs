using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Restores;

/// <summary>Every hour: counts the restores that wait for an operator, and starts what was announced and never started.</summary>
public sealed class WatchRestores(RestoreStore restores, ReplayStarter replay, Metrics metrics, TimeProvider time)
{
    /// <summary>By then the announcement's own start would have come about; its event may have ended as a dead letter in between.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromHours(1);

    /// <param name="attempt">Runs one piece of work so that its failure stops none of the others.</param>
    public async Task WatchAsync(Func<Func<Task>, Task> attempt, CancellationToken cancellation)
    {
        var waiting = 0;
        await foreach (var restore in restores.ListOpenAsync(cancellation))
        {
            if (restore.Status == RestoreStatuses.Waiting) waiting++;
            else if (restore.Restore.AnnouncedAt < time.GetUtcNow() - StartLimit)
                await attempt(() => replay.StartAsync(restore.RestoreId, restore.Attempt, cancellation));
        }

        metrics.Count("RestoresWaiting", waiting);
    }
}
