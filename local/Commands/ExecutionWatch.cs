using ServerlessGdpr.Local.StepFunctions.History;

namespace ServerlessGdpr.Local.Commands;

/// <summary>Knows which executions run.</summary>
internal sealed class ExecutionWatch : IDisposable
{
    private readonly Lock gate = new();
    private readonly HashSet<string> running = new(StringComparer.Ordinal);
    private readonly IDisposable subscription;
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ExecutionWatch(ExecutionFeed feed) => subscription = feed.Subscribe(Follow);

    public async Task UntilEndedAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (running.Count == 0) return;
                next = changed.Task;
            }

            await next.WaitAsync(cancellation);
        }
    }

    public void Dispose() => subscription.Dispose();

    private void Follow(ExecutionProgress progress)
    {
        lock (gate)
        {
            if (progress.Type == "ExecutionStarted") running.Add(progress.ExecutionArn);
            else if (!progress.Type.StartsWith("Execution", StringComparison.Ordinal) || !running.Remove(progress.ExecutionArn)) return;
            changed.SetResult();
            changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
