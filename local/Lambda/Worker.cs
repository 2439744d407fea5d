using System.Globalization;
using System.Threading.Channels;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Lambda.Hosts;

namespace ServerlessGdpr.Local.Lambda;

/// <summary>One instance of a function with its side of the Runtime API: takes one call at a time.</summary>
public sealed class Worker(FunctionDefinition function, TimeProvider clock) : IDisposable
{
    /// <summary>What a start may take besides the function's own timeout.</summary>
    private static readonly TimeSpan InitLimit = TimeSpan.FromSeconds(10);

    private readonly Channel<Invocation> inbox = Channel.CreateUnbounded<Invocation>();
    private readonly Lock gate = new();
    private TaskCompletionSource polled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IFunctionInstance? instance;
    private Action<string> writeLine = _ => { };
    private Invocation? current;
    private Action<Invocation>? initFailure;
    private bool hasServed;
    private volatile bool answerIsLost;
    private volatile bool wasKilled;

    public string Id { get; } = Guid.NewGuid().ToString("N");

    public FunctionDefinition Function => function;

    public int? ProcessId => instance?.ProcessId;

    /// <summary>It may speak before its start is known to have succeeded.</summary>
    public bool HasExited => instance is { Exited.IsCompleted: true };

    /// <summary>It takes no further call: it has exited, or is about to because it was killed or could not start.</summary>
    public bool IsSpent
    {
        get
        {
            lock (gate) return HasExited || wasKilled || initFailure is not null;
        }
    }

    public Task<InstanceExit> Exited => Instance.Exited;

    /// <summary>The call it is working on, for the lines it logs meanwhile.</summary>
    public Invocation? Current
    {
        get
        {
            lock (gate) return current;
        }
    }

    private IFunctionInstance Instance => instance ?? throw new InvalidOperationException("The worker has not been started.");

    public void Start(IFunctionHost host, FunctionEnvironment environment)
    {
        writeLine = environment.WriteLine;
        instance = host.Start(function, environment);
    }

    /// <summary>Answers the call, one way or another.</summary>
    /// <returns>False when the worker turned out to be gone since its last call, before it saw this one.</returns>
    /// <exception cref="OperationCanceledException">The cloud stops while a fault keeps the call waiting.</exception>
    public async Task<bool> ServeAsync(Invocation call, Fault? fault, Work work, CancellationToken stopping)
    {
        lock (gate)
        {
            current = call;
            initFailure?.Invoke(call);
        }

        writeLine($"START RequestId: {call.RequestId} Version: $LATEST");
        if (!await WorkAsync(call, fault, work, stopping)) return false;
        writeLine($"END RequestId: {call.RequestId}");
        writeLine(Report(call));
        return true;
    }

    /// <summary>As Lambda says it: the start is not in the duration.</summary>
    private string Report(Invocation call)
    {
        var duration = call.Deadline == default ? TimeSpan.Zero : clock.GetUtcNow() - (call.Deadline - function.Timeout);
        var used = Instance.PeakMemory is { } bytes ? $"\tMax Memory Used: {bytes >> 20} MB" : "";
        return string.Create(CultureInfo.InvariantCulture, $"REPORT RequestId: {call.RequestId}\tDuration: {duration.TotalMilliseconds:F2} ms\tMemory Size: {function.MemorySize} MB{used}");
    }

    /// <summary>The runtime asks for its next call.</summary>
    public async Task<Invocation> NextAsync(CancellationToken cancellation)
    {
        polled.TrySetResult();
        return await inbox.Reader.ReadAsync(cancellation);
    }

    /// <summary>The runtime could not start, which may be known before the call that made it start has come.</summary>
    public void FailInit(Action<Invocation> failure)
    {
        lock (gate)
        {
            initFailure = failure;
            if (current is not null) failure(current);
        }
    }

    /// <summary>The runtime has answered: <paramref name="answer"/> tells the caller, unless the plan is that the answer gets lost.</summary>
    public void Conclude(Action answer)
    {
        if (answerIsLost) Kill();
        else answer();
    }

    /// <summary>The call with that id, if the worker is on it and has not answered.</summary>
    public Invocation? Open(string requestId) => Current is { } call && call.RequestId == requestId && !call.Outcome.IsCompleted ? call : null;

    public void Kill()
    {
        wasKilled = true;
        Instance.Kill();
    }

    public void Dispose() => instance?.Dispose();

    private async Task<bool> WorkAsync(Invocation call, Fault? fault, Work work, CancellationToken stopping)
    {
        answerIsLost = fault is Fault.KilledAfter;
        if (fault is Fault.Hangs)
        {
            await work.WaitAsync(() => Task.Delay(function.Timeout, clock, stopping));
            return await TimeOutAsync(call);
        }

        if (fault is Fault.Delayed late) await work.WaitAsync(() => Task.Delay(late.By, clock, stopping));

        // One that rests has asked for its next call already.
        if (!await CompletesAsync(polled.Task, call, function.Timeout + InitLimit) || HasExited)
        {
            if (HasExited && hasServed) return false;
            return HasExited ? await ExitAsync(call) : call.Outcome.IsCompleted || await TimeOutAsync(call);
        }

        hasServed = true;
        if (fault is Fault.HeldUntil held) await Task.WhenAny(held.Moment, Instance.Exited);
        if (fault is Fault.KilledBefore) Kill();
        else HandOver(call);
        if (fault is Fault.KilledDuring killed) _ = KillAtAsync(killed.Moment, call);
        if (await CompletesAsync(call.Outcome, call, function.Timeout)) return true;
        return HasExited ? await ExitAsync(call) : await TimeOutAsync(call);
    }

    private void HandOver(Invocation call)
    {
        polled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        call.Deadline = clock.GetUtcNow() + function.Timeout;
        inbox.Writer.TryWrite(call);
    }

    /// <summary>Whether <paramref name="task"/> completes before the worker exits, fails to start or is out of time.</summary>
    private async Task<bool> CompletesAsync(Task task, Invocation call, TimeSpan limit)
    {
        using var cancel = new CancellationTokenSource();
        var late = Task.Delay(limit, clock, cancel.Token);
        await Task.WhenAny(task, call.Outcome, Instance.Exited, late);
        await cancel.CancelAsync();
        return task.IsCompleted;
    }

    /// <summary>The caller hears of it when the worker is gone.</summary>
    private async Task<bool> TimeOutAsync(Invocation call)
    {
        Kill();
        await Exited;
        call.FailTimedOut();
        return true;
    }

    private async Task<bool> ExitAsync(Invocation call)
    {
        var exit = await Exited;
        call.Fail(exit.ErrorType, $"RequestId: {call.RequestId} Error: {exit.Reason}");
        return true;
    }

    private async Task KillAtAsync(Task moment, Invocation call)
    {
        await Task.WhenAny(moment, call.Outcome);
        if (moment.IsCompleted) Kill();
    }
}
