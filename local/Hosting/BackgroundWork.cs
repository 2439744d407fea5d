using System.Collections.Concurrent;

namespace ServerlessGdpr.Local.Hosting;

/// <summary>Runs what goes on behind the answers: deliveries, pollers, schedules. Everything ends when the cloud is disposed.</summary>
public sealed class BackgroundWork : IAsyncDisposable
{
    private readonly InFlight inFlight;
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentDictionary<Task, bool> running = new();
    private readonly ConcurrentQueue<Exception> faults = new();
    private bool stopped;

    public BackgroundWork(InFlight inFlight)
    {
        this.inFlight = inFlight;
        Stopping = stopping.Token;
    }

    /// <summary>Cancelled when the cloud stops.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>Exceptions that nobody awaited: defects of the local cloud, for tests and the command line to show.</summary>
    public IReadOnlyCollection<Exception> Faults => faults;

    /// <summary>Starts work that is in flight from this call on; it waits with <see cref="Work.WaitAsync{T}"/>.</summary>
    public void Run(Func<Work, CancellationToken, Task> action)
    {
        var work = inFlight.Begin();
        Start(async () =>
        {
            using (work) await action(work, Stopping);
        });
    }

    /// <summary>Starts a loop that waits most of the time and takes a token itself whenever it has something to do.</summary>
    public void Loop(Func<CancellationToken, Task> action) => Run((work, cancellation) =>
    {
        var started = action(cancellation);
        work.Dispose();
        return started;
    });

    public async ValueTask DisposeAsync()
    {
        if (stopped) return;
        stopped = true;
        await stopping.CancelAsync();
        await Task.WhenAll(running.Keys);
        stopping.Dispose();
    }

    private void Start(Func<Task> action)
    {
        // Task.Run leaves the caller's synchronisation context behind.
        var task = new Task<Task>(() => GuardAsync(action));
        var whole = task.Unwrap();
        running.TryAdd(whole, true);
        _ = whole.ContinueWith(done => running.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        task.Start(TaskScheduler.Default);
    }

    private async Task GuardAsync(Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The cloud is being disposed.
        }
        catch (Exception fault)
        {
            faults.Enqueue(fault);
        }
    }
}
