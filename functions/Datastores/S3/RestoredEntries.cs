namespace ServerlessGdpr.Functions.Datastores.S3;

/// <summary>Tells the entries of a restored bucket that are erased again from those that stay. In the registered bucket all of a person's go.</summary>
/// <remarks>When S3 last wrote an object proves nothing about its age, because a restore writes it anew: only its metadata does, and a marker has none.</remarks>
internal sealed class RestoredEntries(Bucket bucket, NewerRecords newer, WrittenWindow? window, IReadOnlyList<MatchedKey<ObjectKeys>> keys)
{
    /// <returns>What is to be erased; everything else goes to <paramref name="kept"/>, each for its reason.</returns>
    public async Task<IReadOnlyList<Entry>> DueAsync(IReadOnlyList<Entry> entries, KeptEntries kept, CancellationToken deadline)
    {
        List<Entry> restored = [.. entries.Where(entry => window?.Contains(entry) != false)];
        foreach (var entry in entries.Except(restored)) kept.AddUntouched(entry);
        if (!newer.MayStay) return restored;

        var times = newer.Field is { } field
            ? await bucket.MetadataAsync([.. restored.Where(entry => !entry.IsMarker && ErasedAt(entry.Key) is not null)], field, deadline)
            : new Dictionary<Entry, string>();
        var due = new List<Entry>();
        foreach (var entry in restored)
        {
            var fate = FateOf(entry.Key, times.GetValueOrDefault(entry));
            if (fate == Fate.Newer) kept.AddNewer(entry);
            else if (fate == Fate.Unproven) kept.AddUnproven(entry);
            else due.Add(entry);
        }

        return due;
    }

    /// <param name="time">What its metadata says; null when it says nothing.</param>
    public Fate FateOf(string key, string? time) => newer.FateOf(ErasedAt(key), time);

    /// <summary>Prefixes may lie within each other: whoever was erased last decides.</summary>
    private DateTimeOffset? ErasedAt(string key) => NewerRecords.Latest(keys.Where(other => other.Key.Contains(key)).Select(other => other.ErasedAt));
}
