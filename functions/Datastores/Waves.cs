namespace ServerlessGdpr.Functions.Datastores;

/// <summary>The order between datastores: each wave needs only the waves before it.</summary>
public static class Waves
{
    /// <exception cref="ArgumentException">The order has a cycle or names an unknown datastore, which <see cref="DataMapRules"/> reports by name.</exception>
    public static IReadOnlyList<IReadOnlyList<DatastoreEntry>> Of(DataMap map)
    {
        var waves = new List<IReadOnlyList<DatastoreEntry>>();
        var done = new HashSet<string>(StringComparer.Ordinal);
        var rest = map.Datastores.ToList();
        while (rest.Count > 0)
        {
            var wave = rest.Where(entry => entry.After.All(done.Contains)).ToList();
            if (wave.Count == 0) throw new ArgumentException("The order between datastores cannot be met.", nameof(map));
            waves.Add(wave);
            done.UnionWith(wave.Select(entry => entry.Name));
            rest.RemoveAll(entry => done.Contains(entry.Name));
        }

        return waves;
    }

    /// <summary>The names of the datastores that no order can reach.</summary>
    internal static IReadOnlyList<string> Unreachable(DataMap map)
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        while (map.Datastores.Where(entry => !done.Contains(entry.Name) && entry.After.All(done.Contains)).Select(entry => entry.Name).ToList() is { Count: > 0 } wave)
        {
            done.UnionWith(wave);
        }

        return [.. map.Datastores.Select(entry => entry.Name).Where(name => !done.Contains(name))];
    }
}
