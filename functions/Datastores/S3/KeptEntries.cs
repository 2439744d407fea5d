namespace ServerlessGdpr.Functions.Datastores.S3;

/// <summary>What of a page stays: exempt entries with their end, and those that could not be erased.</summary>
internal sealed class KeptEntries
{
    private readonly Dictionary<Entry, DateTimeOffset?> kept = [];

    public void AddLocked(Entry entry, DateTimeOffset until) => kept[entry] = until;

    public void AddRemaining(Entry entry) => kept[entry] = null;

    /// <summary>A marker stays with what it hides: exempt where all of that is.</summary>
    public void AddMarker(Entry marker)
    {
        var hidden = kept.Where(one => one.Key.Key == marker.Key).Select(one => one.Value).ToList();
        if (hidden.Count > 0 && !kept.ContainsKey(marker)) kept[marker] = hidden.Contains(null) ? null : hidden.Min();
    }

    public bool Contains(Entry entry) => kept.ContainsKey(entry);

    public bool HasKey(string key) => kept.Keys.Any(entry => entry.Key == key);

    public void CountIn(Tally tally)
    {
        foreach (var until in kept.Values)
        {
            if (until is { } end) tally.AddExempt(end);
            else tally.AddRemaining(1);
        }
    }
}
