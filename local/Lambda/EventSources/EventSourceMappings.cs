using System.Collections.Concurrent;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Lambda.EventSources;

/// <summary>The mappings and their pollers.</summary>
public sealed class EventSourceMappings(FunctionInvoker functions, IQueues queues, TimeProvider time, BackgroundWork background)
{
    private readonly ConcurrentQueue<EventSourceMapping> mappings = new();

    public IEnumerable<EventSourceMapping> All => mappings;

    public EventSourceMapping Add(EventSourceMapping mapping)
    {
        mappings.Enqueue(mapping);
        var poller = new QueuePoller(mapping, functions, queues, time);
        for (var started = 0; mapping.Enabled && started < mapping.Concurrency; started++) background.Run(poller.RunAsync);
        return mapping;
    }
}
