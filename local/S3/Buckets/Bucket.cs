using System.Security.Cryptography;
using ServerlessGdpr.Local.S3.Locks;
using ServerlessGdpr.Local.S3.Objects;

namespace ServerlessGdpr.Local.S3.Buckets;

/// <summary>One bucket. Whoever reads or changes it holds <see cref="Gate"/>; bodies are received and sent without it.</summary>
public sealed class Bucket(string name, DateTimeOffset createdAt)
{
    private readonly Dictionary<string, List<ObjectVersion>> histories = new(StringComparer.Ordinal);

    /// <summary>All keys that have a version, in S3's order.</summary>
    private readonly List<string> keys = [];

    private long versions;

    public Lock Gate { get; } = new();

    public string Name => name;

    public DateTimeOffset CreatedAt => createdAt;

    public VersioningState Versioning { get; set; }

    /// <summary>Null when object lock was never enabled.</summary>
    public BucketLock? Lock { get; set; }

    /// <summary>The stored configurations, by subresource, as they came.</summary>
    public IDictionary<string, string> Documents { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public bool IsEmpty => keys.Count == 0;

    /// <summary>The newest version or marker of <paramref name="key"/>.</summary>
    public ObjectVersion? Current(string key) => histories.TryGetValue(key, out var history) ? history[^1] : null;

    public ObjectVersion? Find(string key, string versionId) =>
        histories.TryGetValue(key, out var history) ? history.FindLast(version => version.VersionId.Equals(versionId, StringComparison.Ordinal)) : null;

    /// <summary>All versions of <paramref name="key"/>, oldest first.</summary>
    public IReadOnlyList<ObjectVersion> History(string key) => histories[key];

    /// <summary>The keys from <paramref name="from"/> on, in S3's order.</summary>
    public IEnumerable<string> KeysFrom(string from)
    {
        var start = keys.BinarySearch(from, KeyOrder.Instance);
        for (var i = start < 0 ? ~start : start; i < keys.Count; i++) yield return keys[i];
    }

    /// <summary>The id that the next version gets; ids tell which of two versions came first.</summary>
    public string NextVersionId() => Versioning is VersioningState.Enabled ? VersionIds.Create(++versions) : ObjectVersion.NullVersion;

    /// <summary>Makes <paramref name="version"/> the current one. A null version takes the place of the one before it.</summary>
    public void Add(ObjectVersion version)
    {
        if (version.VersionId is ObjectVersion.NullVersion && Find(version.Key, ObjectVersion.NullVersion) is { } replaced) Remove(replaced);
        if (!histories.TryGetValue(version.Key, out var history))
        {
            histories[version.Key] = history = [];
            keys.Insert(~keys.BinarySearch(version.Key, KeyOrder.Instance), version.Key);
        }

        history.Add(version);
    }

    /// <summary>Removes a version for good, with its bytes.</summary>
    public void Remove(ObjectVersion version)
    {
        // Whoever deletes many deletes them as they are listed: the newest first.
        var history = histories[version.Key];
        history.RemoveAt(history.LastIndexOf(version));
        version.Content?.Body.Delete();
        if (history.Count > 0) return;
        histories.Remove(version.Key);
        keys.RemoveAt(keys.BinarySearch(version.Key, KeyOrder.Instance));
    }
}

public enum VersioningState
{
    /// <summary>Versioning was never enabled.</summary>
    Never,
    Enabled,
    Suspended,
}

/// <summary>32 characters that look random and hold the version's place in the bucket's history.</summary>
internal static class VersionIds
{
    public static string Create(long number)
    {
        Span<byte> bytes = stackalloc byte[24];
        RandomNumberGenerator.Fill(bytes[8..]);
        BitConverter.TryWriteBytes(bytes, number ^ BitConverter.ToInt64(bytes[8..]));
        return Convert.ToBase64String(bytes).Replace('+', '.').Replace('/', '_');
    }

    /// <returns>Null when <paramref name="id"/> is no version id.</returns>
    public static long? NumberOf(string id)
    {
        Span<byte> bytes = stackalloc byte[24];
        return id.Length == 32 && Convert.TryFromBase64String(id.Replace('.', '+').Replace('_', '/'), bytes, out var count) && count == 24
            ? BitConverter.ToInt64(bytes) ^ BitConverter.ToInt64(bytes[8..])
            : null;
    }
}
