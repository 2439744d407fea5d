using System.Collections.Concurrent;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions.Paths;

namespace ServerlessGdpr.Local.StepFunctions.Running;

/// <summary>How a task that waits for its token ends: with text of JSON, or with a failure; with neither when its execution stops.</summary>
internal sealed record TaskOutcome(string? Output, StateFailure? Failure);

/// <summary>A task that waits for its token.</summary>
internal sealed class PendingTask(string token, string machineArn, InFlight inFlight, Action<PendingTask> closed) : IDisposable
{
    public string Token { get; } = token;

    public string MachineArn { get; } = machineArn;

    public Pause<TaskOutcome> Pause { get; } = new(inFlight);

    /// <summary>Called for each heartbeat.</summary>
    public Action? Heartbeat { get; set; }

    public void Dispose()
    {
        closed(this);
        Pause.Dispose();
    }
}

/// <summary>The task tokens that were given out, and the tasks that still wait for theirs.</summary>
internal sealed class TaskTokens(InFlight inFlight, Chance chance)
{
    private readonly ConcurrentDictionary<string, PendingTask?> tasks = new(StringComparer.Ordinal);

    /// <param name="machineArn">The state machine whose execution gives the token out.</param>
    public PendingTask Open(string machineArn)
    {
        var token = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(chance.Uuid() + chance.Uuid()));
        var task = new PendingTask(token, machineArn, inFlight, ended => tasks[ended.Token] = null);
        tasks[token] = task;
        return task;
    }

    /// <summary>Null when the token was never given out, or its task has ended.</summary>
    public string? MachineOf(string token) => tasks.GetValueOrDefault(token)?.MachineArn;

    /// <exception cref="AwsError">The token was never given out, or its task has ended.</exception>
    public void End(string token, TaskOutcome outcome)
    {
        if (!Find(token).Pause.End(outcome)) throw Gone();
    }

    /// <exception cref="AwsError">The token was never given out, or its task has ended.</exception>
    public void Heartbeat(string token)
    {
        var task = Find(token);
        if (task.Pause.HasEnded) throw Gone();
        task.Heartbeat?.Invoke();
    }

    private PendingTask Find(string token) => !tasks.TryGetValue(token, out var task)
        ? throw new AwsError("InvalidToken", "Invalid Token: 'Invalid token'")
        : task ?? throw Gone();

    private static AwsError Gone() => new("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'");
}
