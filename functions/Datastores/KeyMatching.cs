namespace ServerlessGdpr.Functions.Datastores;

/// <summary>The keys of a batch of subjects in one datastore.</summary>
/// <param name="Reachable">Some identity maps to a key. A value that can be no key here, because it could be mistaken for somebody else's, proves nothing about the person.</param>
/// <param name="Keys">Each key once, in an order that depends only on the data map and the subjects.</param>
public sealed record MatchedKeys<TKey>(bool Reachable, IReadOnlyList<MatchedKey<TKey>> Keys);

/// <param name="ErasedAt">The latest of its subjects' <see cref="Subject.ErasedAt"/>; null where one of them has none.</param>
public sealed record MatchedKey<TKey>(TKey Key, DateTimeOffset? ErasedAt);

/// <summary>Finds which identities map to which keys: by type and by format, so that a hash reaches only keys that hold that hash.</summary>
public static class KeyMatching
{
    /// <param name="expand">The kind's key for a mapping and a value; null when the value matches nothing.</param>
    public static MatchedKeys<TKey> Of<TKey>(DatastoreEntry entry, IReadOnlyList<Subject> subjects, Func<KeyMapping, string, TKey?> expand)
        where TKey : class
    {
        var mapped =
            from mapping in entry.Keys
            from subject in subjects
            from identity in subject.Identities
            where mapping.IdentityType == identity.Type && mapping.Format == identity.Format
            let key = expand(mapping, identity.Value)
            where key is not null
            group subject.ErasedAt by key into erasures
            select new MatchedKey<TKey>(erasures.Key, NewerRecords.Latest(erasures));
        List<MatchedKey<TKey>> keys = [.. mapped];
        return new MatchedKeys<TKey>(keys.Count > 0, keys);
    }
}
