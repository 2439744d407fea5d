using System.Collections.Concurrent;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions.Paths;

namespace ServerlessGdpr.Local.StepFunctions.Running;

/// <summary>How a task that waits for its token ends: with text of JSON, or with a failure; with neither when its execution stops.</summary>
internal sealed record TaskOutcome(string? Output, StateFailure? Failure);

/// <summary>A task that waits for its token.</summary>
internal sealed class PendingTask(string token, InFlight inFlight, Action<PendingTask> closed) : IDisposable
{
    public string Token { get; } = token;

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

    public PendingTask Open()
    {
        var token = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(chance.Uuid() + chance.Uuid()));
        var task = new PendingTask(token, inFlight, ended => tasks[ended.Token] = null);
        tasks[token] = task;
        return task;
    }

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
