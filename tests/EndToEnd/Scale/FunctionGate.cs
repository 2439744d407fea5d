using ServerlessGdpr.Local.Lambda;

namespace ServerlessGdpr.Tests.EndToEnd.Scale;

/// <summary>Calls of a function wait here, each with a worker of its own, until it is opened. Those that are throttled count too, and do not wait.</summary>
/// <param name="expected">So many calls are waited for.</param>
internal sealed class FunctionGate(string function, int expected) : IInvocationFault
{
    private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously), opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int calls;

    public int Calls => calls;

    public Task Reached => reached.Task;

    public Fault? Choose(string functionName, string payload)
    {
        if (functionName != function) return null;
        if (Interlocked.Increment(ref calls) == expected) reached.TrySetResult();
        return opened.Task.IsCompleted ? null : new Fault.HeldUntil(opened.Task);
    }

    public void Open() => opened.TrySetResult();
}
