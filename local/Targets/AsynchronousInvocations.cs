using System.Collections.Concurrent;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Targets;

/// <summary>
/// Invocations nobody waits for: a function that fails is tried twice more, after one and two minutes, and then the event is dropped, as Lambda does
/// for a function without a destination.
/// </summary>
public sealed class AsynchronousInvocations(Lazy<IFunctions> functions, TimeProvider time, BackgroundWork background)
{
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2)];
    private readonly ConcurrentQueue<DroppedEvent> dropped = new();

    /// <summary>The events whose every attempt failed.</summary>
    public IReadOnlyCollection<DroppedEvent> Dropped => dropped;

    /// <summary>Returns when the function has been tried once; further attempts go on behind.</summary>
    /// <exception cref="AwsError">No such function, or throttled: the caller's own retries apply.</exception>
    public async Task StartAsync(string functionArn, string payload, CancellationToken cancellation)
    {
        var answer = await functions.Value.InvokeAsync(functionArn, payload, cancellation);
        if (answer.FunctionError is not null) background.Run((work, stopping) => RetryAsync(functionArn, payload, work, stopping));
    }

    private async Task RetryAsync(string functionArn, string payload, Work work, CancellationToken cancellation)
    {
        foreach (var pause in Pauses)
        {
            await work.WaitAsync(() => Task.Delay(pause, time, cancellation));
            try
            {
                var answer = await functions.Value.InvokeAsync(functionArn, payload, cancellation);
                if (answer.FunctionError is null) return;
            }
            catch (AwsError)
            {
                // Throttled or gone: an attempt like any other.
            }
        }

        dropped.Enqueue(new DroppedEvent(functionArn, payload));
    }
}

/// <summary>An event that a function failed on three times.</summary>
public sealed record DroppedEvent(string FunctionArn, string Payload);
