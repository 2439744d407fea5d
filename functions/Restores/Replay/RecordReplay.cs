using ServerlessGdpr.Functions.Restores.Copies;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Restores.Replay;

/// <summary>Records what a page, or an operator, did for a restore, and says what comes next.</summary>
public sealed class RecordReplay(RestoreStore restores, CopyStore copies, ReplayPages pages, RestoreStatusEvents events, Metrics metrics, TimeProvider time) : IHandler<ReplayInput, ReplayState>
{
    public async Task<ReplayState> HandleAsync(ReplayInput input, Invocation invocation, CancellationToken deadline)
    {
        var record = await restores.GetAsync(input.RestoreId, deadline) ?? throw new RestoreUnknown();
        if (record.IsAnothers(input.Attempt)) return record.ToState(ReplaySteps.End);

        var now = time.GetUtcNow();
        if (record.Recorded != input.Step)
        {
            var advanced = await AdvanceAsync(record, input, now, deadline);
            var isReopened = record.CleanAt is not null && advanced.CleanAt is null;
            if (isReopened) await ReopenAsync(advanced, deadline);
            if (advanced.IsCleanAgain(record)) await events.PublishAsync(advanced with { Counts = record.Counts, Sweep = record.Sweep }, deadline);
            record = await restores.SaveAsync(advanced with { Recorded = input.Step ?? "" }, deadline);
        }

        return record.ToState(now) with { Position = input.Decision is null ? input.Position : null };
    }

    private async Task<RestoreRecord> AdvanceAsync(RestoreRecord record, ReplayInput input, DateTimeOffset now, CancellationToken deadline)
    {
        if (input.Decision is { } decision) return record.Decide(decision, now) ?? record with { Next = ReplaySteps.Ask };

        var page = input.Results is { } results ? await pages.ReadResultsAsync(results, deadline) : new ReplayCounts();
        var counted = record.Add(input.Selected, page);
        return input.Position is null ? counted.EndPass(now, TimeSpan.FromSeconds(input.PauseSeconds)) : counted;
    }

    /// <summary>
    /// It had been declared clean, and was not: backups that were taken of the restored resource meanwhile hold what was found. All of this is before it is recorded:
    /// once it is, nobody would do it again.
    /// </summary>
    private async Task ReopenAsync(RestoreRecord record, CancellationToken deadline)
    {
        if (record.Restore.Target is { } target)
            foreach (var datastore in record.Replayed()) await copies.ReopenAsync(datastore, target.Arn, record.CopyId(), record.RestoreId, deadline);

        metrics.Count("RestoresReopened", 1);
        await events.PublishAsync(record, deadline);
    }
}
