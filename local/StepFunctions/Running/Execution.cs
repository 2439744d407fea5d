using ServerlessGdpr.Local.StepFunctions.Distributed;
using ServerlessGdpr.Local.StepFunctions.History;

namespace ServerlessGdpr.Local.StepFunctions.Running;

internal enum ExecutionStatus
{
    Running,
    Succeeded,
    Failed,
    TimedOut,
    Aborted,
}

/// <summary>Where an execution stands.</summary>
internal sealed record Standing(ExecutionStatus Status, DateTimeOffset? StopDate = null, string? Output = null, string? Error = null, string? Cause = null)
{
    public string StatusName => Status switch
    {
        ExecutionStatus.Running => "RUNNING",
        ExecutionStatus.Succeeded => "SUCCEEDED",
        ExecutionStatus.Failed => "FAILED",
        ExecutionStatus.TimedOut => "TIMED_OUT",
        _ => "ABORTED",
    };

    public EventBody ToEvent() => Status == ExecutionStatus.Succeeded ? Events.ExecutionSucceeded(Output!) : Events.ExecutionEnded(Status.ToString(), Error, Cause);
}

/// <summary>One run of a state machine, by the definition that held when it started.</summary>
internal sealed class Execution : IDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stop;
    private readonly TimeProvider time;
    private readonly Action<Execution> changed;
    private volatile Standing standing = new(ExecutionStatus.Running);

    /// <param name="feed">Sees every event.</param>
    /// <param name="changed">Told when the status changes.</param>
    /// <param name="stopping">Cancelled when the cloud stops.</param>
    public Execution(StateMachine machine, string name, string input, TimeProvider time, ExecutionFeed feed, Action<Execution> changed, CancellationToken stopping)
    {
        stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Stopped = stop.Token;
        this.time = time;
        this.changed = changed;
        Machine = machine;
        Revision = machine.Revision;
        Name = name;
        Input = input;
        Arn = machine.ExecutionArn(name);
        StartDate = time.GetUtcNow();
        History = new HistoryLog(time, happened => feed.Publish(Arn, machine.Arn, happened));
    }

    public StateMachine Machine { get; }

    public Revision Revision { get; }

    public string Name { get; }

    public string Arn { get; }

    public string Input { get; }

    public DateTimeOffset StartDate { get; }

    public HistoryLog History { get; }

    public Standing Standing => standing;

    public bool IsRunning => standing.Status == ExecutionStatus.Running;

    public CancellationToken Stopped { get; }

    /// <summary>The map run that it is a child of; null for an execution that was started by itself.</summary>
    public MapRun? MapRun { get; init; }

    /// <summary>How many items a child execution works on.</summary>
    public int ItemCount { get; init; }

    /// <summary>A number that later executions have a greater one of.</summary>
    public long Order { get; init; }

    /// <summary>The putting of its latest status event, which the next one waits for.</summary>
    public Task StatusEvent { get; set; } = Task.CompletedTask;

    /// <exception cref="OperationCanceledException">The execution has ended, or ends now because its history is full.</exception>
    public long Record(EventBody body, long previous)
    {
        if (History.TryAdd(body, previous) is { } id) return id;
        TryFinish(ExecutionStatus.Failed, previous, error: StateFailure.Runtime, cause: $"The execution reached the maximum number of history events ({HistoryLog.Limit}).");
        throw new OperationCanceledException(Stopped);
    }

    /// <summary>Ends it, unless it has ended already, and stops all that it is doing.</summary>
    /// <param name="previous">The event that led to the end; null for the latest.</param>
    public bool TryFinish(ExecutionStatus status, long? previous, string? output = null, string? error = null, string? cause = null)
    {
        lock (gate)
        {
            if (!IsRunning) return false;
            var end = new Standing(status, time.GetUtcNow(), output, error, cause);
            History.Close(end.ToEvent(), previous);
            standing = end;
        }

        // In this order: whoever is told may dispose it.
        stop.Cancel();
        changed(this);
        return true;
    }

    /// <summary>Stops whatever still runs, as the cloud goes away.</summary>
    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }
}
