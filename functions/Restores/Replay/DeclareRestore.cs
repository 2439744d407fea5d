using ServerlessGdpr.Functions.Restores.Copies;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Restores.Replay;

/// <summary>Says what became of a restore: clean, or closed by an operator.</summary>
public sealed class DeclareRestore(RestoreStore restores, CopyStore copies, RestoreStatusEvents events, Metrics metrics, TimeProvider time) : IHandler<ReplayInput, ReplayState>
{
    public async Task<ReplayState> HandleAsync(ReplayInput input, Invocation invocation, CancellationToken deadline)
    {
        var record = await restores.GetAsync(input.RestoreId, deadline) ?? throw new RestoreUnknown();
        if (record.IsAnothers(input.Attempt)) return record.ToState(ReplaySteps.End);

        var now = time.GetUtcNow();
        if (record.Recorded == input.Step) return record.ToState(now);

        var declared = record.Declare(now);
        if (declared.Next == ReplaySteps.Begin) return (await restores.SaveAsync(declared with { Recorded = input.Step ?? "" }, deadline)).ToState(now);

        // The event tells of the sweep that ended, the record of the one to come. Published first: an event that comes twice is better than none.
        await events.PublishAsync(declared with { Counts = record.Counts, Sweep = record.Sweep }, deadline);
        if (declared.Status == RestoreStatuses.Clean)
        {
            await SetCleanAsync(declared, deadline);
            metrics.Duration("RestoreTimeToClean", now - declared.Restore.StartedAt);
        }

        var saved = await restores.SaveAsync(declared with { Recorded = input.Step ?? "" }, deadline);
        return saved.ToState(now);
    }

    /// <summary>A backup of the restored resource from here on holds none of those who were selected, unless another restore into it brought them.</summary>
    private async Task SetCleanAsync(RestoreRecord record, CancellationToken deadline)
    {
        if (record.Restore.Target is not { } target) return;
        foreach (var datastore in record.Replayed()) await copies.SetCleanAsync(datastore, target.Arn, record.CopyId(), record.RestoreId, record.CleanAt!.Value, deadline);
    }
}
