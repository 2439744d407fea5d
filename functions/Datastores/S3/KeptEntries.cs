namespace ServerlessGdpr.Functions.Datastores.S3;

/// <summary>What of a page stays, and why.</summary>
internal sealed class KeptEntries
{
    private readonly Dictionary<Entry, Kept> kept = [];

    /// <summary>Why an entry stays; where several hold for what a marker hides, the first counts for the marker.</summary>
    private enum Reason
    {
        Remaining,
        Unproven,
        Locked,
        Newer,

        /// <summary>It is not from the backup, and none of the replay's business.</summary>
        Untouched,
    }

    public void AddLocked(Entry entry, DateTimeOffset until) => kept[entry] = new(Reason.Locked, until);

    /// <summary>It could not be erased.</summary>
    public void AddRemaining(Entry entry) => kept[entry] = new(Reason.Remaining);

    public void AddUnproven(Entry entry) => kept[entry] = new(Reason.Unproven);

    public void AddNewer(Entry entry) => kept[entry] = new(Reason.Newer);

    public void AddUntouched(Entry entry) => kept[entry] = new(Reason.Untouched);

    /// <summary>A marker stays with what it hides, and for the same reason.</summary>
    public void AddMarker(Entry marker)
    {
        if (kept.ContainsKey(marker)) return;
        var hidden = kept.Where(one => one.Key.Key == marker.Key).Select(one => one.Value);
        if (hidden.MinBy(one => (one.Reason, one.Until)) is { } first) kept[marker] = first;
    }

    public bool Contains(Entry entry) => kept.ContainsKey(entry);

    public bool HasKey(string key) => kept.Keys.Any(entry => entry.Key == key);

    public void CountIn(Tally tally)
    {
        foreach (var (reason, until) in kept.Values)
        {
            switch (reason)
            {
                case Reason.Remaining: tally.AddRemaining(1); break;
                case Reason.Unproven: tally.AddUnproven(1); break;
                case Reason.Locked: tally.AddExempt(until!.Value); break;
                case Reason.Newer: tally.AddNewer(1); break;
                default: break;
            }
        }
    }

    private sealed record Kept(Reason Reason, DateTimeOffset? Until = null);
}
