namespace ServerlessGdpr.Functions.Datastores.S3;

/// <summary>One record of a bucket: a version of an object, or a delete marker. An object of a bucket without versioning is its version <c>null</c>.</summary>
/// <param name="LastModified">In whole seconds.</param>
internal sealed record Entry(string Key, string Version, bool IsMarker, bool IsLatest, DateTimeOffset? LastModified = null)
{
    /// <summary>It is what hides the older versions of its key.</summary>
    public bool Hides => IsMarker && IsLatest;

    /// <summary>XML 1.0, in which versions are deleted by the thousand, cannot carry the key.</summary>
    public bool NeedsOwnRequest => Key.AsSpan().IndexOfAnyInRange('\0', '\u001f') >= 0 || Key.AsSpan().IndexOfAny('\ufffe', '\uffff') >= 0;
}

/// <summary>A page of a bucket's versions, in the bucket's order: by key, the newest of a key first.</summary>
internal sealed record EntryPage(IReadOnlyList<Entry> Entries, string? NextKey, string? NextVersion)
{
    public bool IsLast => NextKey is null;

    /// <summary>One page out of two that follow each other.</summary>
    public EntryPage Then(EntryPage next) => next with { Entries = [.. Entries, .. next.Entries] };

    /// <summary>Ends the page before the marker of a key that goes on in the next one, unless it is all there is: a marker counts as what it hides does.</summary>
    public EntryPage WithoutUnfinishedMarker()
    {
        if (IsLast) return this;
        var before = Entries.TakeWhile(entry => !(entry.Hides && entry.Key == Entries[^1].Key)).ToList();
        return before.Count == 0 || before.Count == Entries.Count ? this : new EntryPage(before, before[^1].Key, before[^1].Version);
    }
}

/// <summary>An upload whose parts were never completed to an object; the parts are stored all the same.</summary>
internal sealed record Upload(string Key, string Id);

internal sealed record UploadPage(IReadOnlyList<Upload> Uploads, string? NextKey, string? NextId);

/// <summary>Where the work on a key stands: first the versions, then the incomplete uploads.</summary>
/// <param name="Key">The last key that is behind; null for the start.</param>
/// <param name="Id">The version or upload of <paramref name="Key"/> that is the last behind.</param>
public sealed record BucketPosition(bool Uploads, string? Key, string? Id);
