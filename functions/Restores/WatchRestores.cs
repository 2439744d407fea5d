using ServerlessGdpr.Functions.Restores.Recognition;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Restores;

/// <summary>Every hour: counts the restores that wait for an operator, and starts what was announced and never started, and notices replays that failed untold.</summary>
public sealed class WatchRestores(RestoreStore restores, RecordReplayFailure replays, Metrics metrics, TimeProvider time)
{
    /// <summary>By then whatever starts a replay, or tells that it failed, has had its chance: its event may be lost, or a dead letter.</summary>
    private static readonly TimeSpan EventLimit = TimeSpan.FromHours(1);

    /// <param name="attempt">Runs one piece of work so that its failure stops none of the others.</param>
    public async Task WatchAsync(Func<Func<Task>, Task> attempt, CancellationToken cancellation)
    {
        var waiting = 0;
        await foreach (var restore in restores.ListOpenAsync(cancellation))
        {
            if (restore.Status == RestoreStatuses.Waiting) waiting++;
            if (restore is not { Status: RestoreStatuses.Waiting, OperatorReason: OperatorReasons.ExecutionFailed } && restore.Restore.AnnouncedAt < time.GetUtcNow() - EventLimit)
                await attempt(() => replays.CheckAsync(restore, cancellation));
        }

        metrics.Count("RestoresWaiting", waiting);
    }
}
