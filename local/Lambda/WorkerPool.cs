using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Lambda.Hosts;

namespace ServerlessGdpr.Local.Lambda;

/// <summary>Lends workers, warm ones first. When as many live as the host allows, an idle one of another function makes room, or the caller waits.</summary>
public sealed class WorkerPool(WorkerFactory factory, IFunctionHost host, BackgroundWork background) : IDisposable
{
    private static readonly TimeSpan IdleLimit = TimeSpan.FromMinutes(5);

    private readonly Lock gate = new();
    private readonly LinkedList<IdleWorker> idle = new();
    private readonly LinkedList<Waiter> waiters = new();
    private int live;

    public Task<Worker> TakeAsync(FunctionDefinition function)
    {
        lock (gate)
        {
            if (TakeIdle(worker => ReferenceEquals(worker.Function, function)) is { } warm) return Task.FromResult(warm);
            if (live >= host.MaxWorkers && TakeOldest() is { } other) End(other);
            if (live < host.MaxWorkers) return Task.FromResult(Start(function));
            var waiter = new Waiter(function);
            waiters.AddLast(waiter);
            return waiter.Worker.Task.WaitAsync(background.Stopping);
        }
    }

    /// <summary>Gives a worker back: to whoever waits for one, else to rest.</summary>
    public void Return(Worker worker)
    {
        lock (gate)
        {
            if (worker.IsSpent)
            {
                End(worker);
                ServeNext();
            }
            else if (waiters.FirstOrDefault(waiter => ReferenceEquals(waiter.Function, worker.Function)) is { } same)
            {
                waiters.Remove(same);
                same.Worker.SetResult(worker);
            }
            else if (waiters.Count > 0)
            {
                End(worker);
                ServeNext();
            }
            else
            {
                idle.AddLast(new IdleWorker(worker, host.Clock.CreateTimer(_ => Reap(worker), null, IdleLimit, Timeout.InfiniteTimeSpan)));
            }
        }
    }

    /// <summary>Every worker is gone, at work or not, as when the machines under them are replaced.</summary>
    public void Restart()
    {
        foreach (var worker in factory.Live) worker.Kill();
    }

    public void Dispose()
    {
        lock (gate)
        {
            while (TakeOldest() is { } worker) End(worker);
        }
    }

    private Worker Start(FunctionDefinition function)
    {
        var worker = factory.Start(function);
        live++;
        return worker;
    }

    private void End(Worker worker)
    {
        live--;
        worker.Dispose();
    }

    private void ServeNext()
    {
        if (waiters.First is not { } first || live >= host.MaxWorkers) return;
        waiters.RemoveFirst();
        first.Value.Worker.SetResult(Start(first.Value.Function));
    }

    private void Reap(Worker worker)
    {
        lock (gate)
        {
            if (TakeIdle(candidate => ReferenceEquals(candidate, worker)) is { } found) End(found);
        }
    }

    private Worker? TakeOldest() => idle.First is { } oldest ? Remove(oldest) : null;

    /// <summary>The one that rested least: the others then reach their limit.</summary>
    private Worker? TakeIdle(Func<Worker, bool> wanted)
    {
        for (var node = idle.Last; node is not null; node = node.Previous)
        {
            if (wanted(node.Value.Worker)) return Remove(node);
        }

        return null;
    }

    private Worker Remove(LinkedListNode<IdleWorker> node)
    {
        idle.Remove(node);
        node.Value.Reaper.Dispose();
        return node.Value.Worker;
    }

    private sealed record IdleWorker(Worker Worker, ITimer Reaper);

    private sealed record Waiter(FunctionDefinition Function)
    {
        public TaskCompletionSource<Worker> Worker { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
