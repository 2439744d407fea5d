using ServerlessGdpr.Local.StepFunctions.Running;

namespace ServerlessGdpr.Local.StepFunctions.Distributed;

internal enum MapRunStatus
{
    Running,
    Succeeded,
    Failed,
    Aborted,
}

/// <summary>What a map run may do: how many children at once, how many failed items at most.</summary>
internal sealed record MapRunLimits(int MaxConcurrency, long? ToleratedCount, double? ToleratedPercentage);

/// <summary>How far a map run has come.</summary>
internal sealed record MapRunProgress(MapRunStatus Status, DateTimeOffset? StopDate, Tally Items, Tally Executions);

/// <summary>One run of a distributed Map state, and the counts of its child executions.</summary>
/// <param name="machine">The state machine that its children are executions of.</param>
internal sealed class MapRun(Execution parent, StateMachine machine, string id, MapRunLimits limits, DateTimeOffset startDate)
{
    private readonly Lock gate = new();
    private readonly Tally items = new();
    private readonly Tally executions = new();
    private MapRunStatus status;
    private DateTimeOffset? stopDate;

    public string Id { get; } = id;

    public string Arn { get; } = $"{machine.Arn.Replace(":stateMachine:", ":mapRun:", StringComparison.Ordinal)}:{id}";

    public Execution Parent { get; } = parent;

    public StateMachine Machine { get; } = machine;

    public MapRunLimits Limits { get; } = limits;

    public DateTimeOffset StartDate { get; } = startDate;

    public MapRunProgress Progress
    {
        get
        {
            lock (gate) return new MapRunProgress(status, stopDate, items.Copy(), executions.Copy());
        }
    }

    /// <summary>More items failed than are tolerated. The percentage is judged when the number of items is known.</summary>
    /// <param name="total">How many items there are; null while they are still being read.</param>
    public bool HasExceeded(long? total)
    {
        lock (gate)
        {
            var failed = items.Failures;
            if (failed == 0) return false;
            if (Limits.ToleratedCount is null && Limits.ToleratedPercentage is null) return true;
            return failed > Limits.ToleratedCount || (total is { } all && failed * 100.0 / all > Limits.ToleratedPercentage);
        }
    }

    public void Started(int itemCount)
    {
        lock (gate)
        {
            items.Running += itemCount;
            executions.Running++;
        }
    }

    public void Ended(Execution child)
    {
        lock (gate)
        {
            items.End(child.Standing.Status, child.ItemCount);
            executions.End(child.Standing.Status, 1);
        }
    }

    public void Written(Execution child)
    {
        lock (gate)
        {
            items.ResultsWritten += child.ItemCount;
            executions.ResultsWritten++;
        }
    }

    public void Finish(MapRunStatus end, DateTimeOffset now)
    {
        lock (gate) (status, stopDate) = (end, now);
    }
}
