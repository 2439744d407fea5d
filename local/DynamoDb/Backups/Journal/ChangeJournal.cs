namespace ServerlessGdpr.Local.DynamoDb.Backups.Journal;

/// <summary>
/// Every state that the items of a table were in since point-in-time recovery was enabled, as far back as the recovery period reaches.
/// Whoever uses it is alone at the table's gate.
/// </summary>
internal sealed class ChangeJournal(DateTimeOffset enabledAt, int recoveryPeriodInDays)
{
    private readonly Dictionary<string, List<State>> histories = new(StringComparer.Ordinal);

    public int RecoveryPeriodInDays { get; set; } = recoveryPeriodInDays;

    public DateTimeOffset Earliest(DateTimeOffset now)
    {
        var reach = now.AddDays(-RecoveryPeriodInDays);
        return reach > enabledAt ? reach : enabledAt;
    }

    /// <param name="image">The item as it is from <paramref name="at"/> on; null when it is gone.</param>
    public void Record(ItemKey key, string? image, DateTimeOffset at)
    {
        if (!histories.TryGetValue(key.Text, out var history)) histories[key.Text] = history = [];
        if (history.Count > 0 && string.Equals(history[^1].Image, image, StringComparison.Ordinal)) return;
        if (history.Count > 0 && history[^1].At == at) history.RemoveAt(history.Count - 1);
        history.Add(new State(at, image));
        Forget(key.Text, history, Earliest(at));
    }

    /// <summary>Takes over a table as a whole, where the single changes are not known.</summary>
    public void RecordAll(IEnumerable<(ItemKey Key, string Image)> items, DateTimeOffset at)
    {
        var gone = histories.Keys.ToHashSet(StringComparer.Ordinal);
        foreach (var (key, image) in items)
        {
            gone.Remove(key.Text);
            Record(key, image, at);
        }

        foreach (var key in gone) Record(new ItemKey(key, []), null, at);
    }

    /// <summary>The items that there were at an instant, what happened at that very instant included.</summary>
    public IReadOnlyList<string> At(DateTimeOffset instant) =>
        [.. histories.Values.Select(history => history.FindLast(state => state.At <= instant)?.Image).OfType<string>()];

    private void Forget(string key, List<State> history, DateTimeOffset earliest)
    {
        var reachable = Math.Max(0, history.FindLastIndex(state => state.At <= earliest));
        history.RemoveRange(0, reachable);
        if (history is [{ Image: null, At: var at }] && at <= earliest) histories.Remove(key);
    }

    private sealed record State(DateTimeOffset At, string? Image);
}
