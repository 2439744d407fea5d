using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Lambda.Hosts;

namespace ServerlessGdpr.Local.Lambda;

/// <summary>Lends workers, warm ones first. When as many live as the host allows, an idle one of another function makes room, or the caller waits; when as many of the function do, the caller waits for one of them.</summary>
public sealed class WorkerPool(WorkerFactory factory, IFunctionHost host, BackgroundWork background) : IDisposable
{
    private static readonly TimeSpan IdleLimit = TimeSpan.FromMinutes(5);

    private readonly Lock gate = new();
    private readonly LinkedList<IdleWorker> idle = new();
    private readonly LinkedList<Waiter> waiters = new();
    private readonly Dictionary<FunctionDefinition, int> liveOf = new(ReferenceEqualityComparer.Instance);
    private int live;

    public Task<Worker> TakeAsync(FunctionDefinition function)
    {
        lock (gate)
        {
            if (TakeIdle(worker => ReferenceEquals(worker.Function, function)) is { } warm) return Task.FromResult(warm);
            if (live >= host.MaxWorkers && MayHaveMore(function) && TakeOldest() is { } other) End(other);
            if (live < host.MaxWorkers && MayHaveMore(function)) return Task.FromResult(Start(function));
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
            else if (waiters.Any(waiter => MayHaveMore(waiter.Function)))
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
        liveOf[function] = liveOf.GetValueOrDefault(function) + 1;
        return worker;
    }

    private void End(Worker worker)
    {
        live--;
        liveOf[worker.Function]--;
        worker.Dispose();
    }

    private bool MayHaveMore(FunctionDefinition function) => liveOf.GetValueOrDefault(function) < host.MaxWorkersOfFunction;

    private void ServeNext()
    {
        if (live >= host.MaxWorkers || waiters.FirstOrDefault(waiter => MayHaveMore(waiter.Function)) is not { } next) return;
        waiters.Remove(next);
        next.Worker.SetResult(Start(next.Function));
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
