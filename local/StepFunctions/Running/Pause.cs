using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.StepFunctions.Running;

/// <summary>A wait with nothing in flight. Whoever ends it marks the work that follows as begun, so that virtual time cannot slip between.</summary>
internal sealed class Pause<T>(InFlight inFlight) : IDisposable
{
    private readonly TaskCompletionSource<(T Value, IDisposable Work)> end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int taken;

    public bool HasEnded => end.Task.IsCompleted;

    /// <returns>False when it has ended already.</returns>
    public bool End(T value)
    {
        var work = inFlight.Begin();
        if (end.TrySetResult((value, work))) return true;
        work.Dispose();
        return false;
    }

    /// <summary>What it ended with, and the token of the work that follows, which the caller owns.</summary>
    public async Task<(T Value, IDisposable Work)> TakeAsync()
    {
        var result = await end.Task;
        Interlocked.Exchange(ref taken, 1);
        return result;
    }

    /// <summary>Nobody will take it any more.</summary>
    public void Dispose()
    {
        End(default!);
        if (Interlocked.Exchange(ref taken, 1) == 0) end.Task.Result.Work.Dispose();
    }
}
