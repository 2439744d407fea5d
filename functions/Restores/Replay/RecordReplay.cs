using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Restores.Replay;

/// <summary>Records what a page, or an operator, did for a restore, and says what comes next.</summary>
public sealed class RecordReplay(RestoreStore restores, ReplayPages pages, RestoreStatusEvents events, Metrics metrics, TimeProvider time) : IHandler<ReplayInput, ReplayState>
{
    public async Task<ReplayState> HandleAsync(ReplayInput input, Invocation invocation, CancellationToken deadline)
    {
        var record = await restores.GetAsync(input.RestoreId, deadline) ?? throw new RestoreUnknown();
        if (record.IsAnothers(input.Attempt)) return record.ToState(ReplaySteps.End);

        var now = time.GetUtcNow();
        if (record.Recorded != input.Step)
        {
            var (before, advanced) = (record, await AdvanceAsync(record, input, now, deadline));
            record = await restores.SaveAsync(advanced with { Recorded = input.Step ?? "" }, deadline);
            if (before.CleanAt is not null && record.CleanAt is null) await ReopenAsync(record, deadline);
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

    /// <summary>It had been declared clean, and was not.</summary>
    private async Task ReopenAsync(RestoreRecord record, CancellationToken deadline)
    {
        metrics.Count("RestoresReopened", 1);
        await events.PublishAsync(record, deadline);
    }
}
