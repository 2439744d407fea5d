using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions.History;

namespace ServerlessGdpr.Local.StepFunctions.Running;

/// <param name="Value">The item of the Map state's array, for the context object.</param>
internal sealed record MapItem(int Index, JToken Value);

/// <summary>One line of states within an execution: the execution's own, a branch's or an iteration's. It is in flight except while it waits.</summary>
internal sealed class Branch(Execution execution, InFlight inFlight, TimeProvider time, CancellationToken cancellation) : IDisposable
{
    private IDisposable work = inFlight.Begin();

    public Execution Execution { get; } = execution;

    public InFlight InFlight { get; } = inFlight;

    public CancellationToken Cancellation { get; } = cancellation;

    /// <summary>The latest event, which the next one refers to.</summary>
    public long Cursor { get; set; }

    public MapItem? Item { get; set; }

    public long Record(EventBody body)
    {
        Cursor = Execution.Record(body, Cursor);
        return Cursor;
    }

    /// <summary>Records an event that the next one does not refer to.</summary>
    public void RecordAside(EventBody body) => Execution.Record(body, Cursor);

    public Branch Fork(CancellationToken within) => new(Execution, InFlight, time, within) { Cursor = Cursor, Item = Item };

    /// <summary>Waits for the pause to end, in flight again from then on.</summary>
    public async Task<T> AwaitAsync<T>(Pause<T> pause)
    {
        work.Dispose();
        (var value, work) = await pause.TakeAsync();
        return value;
    }

    /// <exception cref="OperationCanceledException">The branch was stopped meanwhile.</exception>
    public async Task SleepUntilAsync(DateTimeOffset due)
    {
        if (due > time.GetUtcNow())
        {
            using var pause = new Pause<bool>(InFlight);
            await using var stop = Cancellation.Register(() => pause.End(false));
            using var alarm = new Alarm(time, due, () => pause.End(true));
            await AwaitAsync(pause);
        }

        Cancellation.ThrowIfCancellationRequested();
    }

    public Task SleepAsync(TimeSpan span) => SleepUntilAsync(time.GetUtcNow() + span);

    public void Dispose() => work.Dispose();
}
