namespace ServerlessGdpr.Local.StepFunctions.History;

/// <summary>The events of one execution; nothing is added once it has ended.</summary>
/// <param name="observe">Sees every event in order; must not block.</param>
internal sealed class HistoryLog(TimeProvider time, Action<HistoryEvent> observe)
{
    /// <summary>The most events that AWS keeps; the last place is for the execution's end.</summary>
    public const int Limit = 25_000;

    private readonly Lock gate = new();
    private readonly List<HistoryEvent> events = [];
    private bool closed;

    public bool IsClosed
    {
        get
        {
            lock (gate) return closed;
        }
    }

    public IReadOnlyList<HistoryEvent> Events
    {
        get
        {
            lock (gate) return [.. events];
        }
    }

    /// <returns>The event's id; null when the history is closed or has room for its end only.</returns>
    public long? TryAdd(EventBody body, long previous)
    {
        lock (gate) return closed || events.Count >= Limit - 1 ? null : Add(body, previous);
    }

    /// <param name="previous">Null for the latest event.</param>
    public void Close(EventBody body, long? previous)
    {
        lock (gate)
        {
            if (closed) return;
            Add(body, previous ?? events.Count);
            closed = true;
        }
    }

    private long Add(EventBody body, long previous)
    {
        var added = new HistoryEvent(events.Count + 1, previous, time.GetUtcNow(), body);
        events.Add(added);
        observe(added);
        return added.Id;
    }
}
