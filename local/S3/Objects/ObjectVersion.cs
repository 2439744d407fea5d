using ServerlessGdpr.Local.S3.Bodies;
using ServerlessGdpr.Local.S3.Locks;

namespace ServerlessGdpr.Local.S3.Objects;

/// <summary>One version of one key, or one delete marker. What is not settable never changes.</summary>
public sealed class ObjectVersion
{
    public const string NullVersion = "null";

    public required string Key { get; init; }

    /// <summary>"null" for what was written while versioning was off or suspended.</summary>
    public required string VersionId { get; init; }

    public required DateTimeOffset LastModified { get; init; }

    public bool IsDeleteMarker => Content is null;

    /// <summary>Null for a delete marker.</summary>
    public ObjectContent? Content { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public Retention? Retention { get; set; }

    public bool LegalHold { get; set; }

    /// <summary>Whether object lock forbids to remove this version.</summary>
    public bool IsProtected(DateTimeOffset now, bool bypassGovernance) =>
        LegalHold || (Retention is { } retention && retention.Holds(now) && !(bypassGovernance && retention.Mode is Locks.Retention.Governance));
}

/// <param name="ETag">Without quotes.</param>
/// <param name="Headers">The headers that come back with the object: content type and the like, and x-amz-meta-*.</param>
/// <param name="Parts">The sizes of the parts of a multipart object, in order; empty for an object that came in one piece.</param>
public sealed record ObjectContent(
    StoredBody Body,
    string ETag,
    Checksum Checksum,
    IReadOnlyDictionary<string, string> Headers,
    string StorageClass,
    Encryption Encryption,
    IReadOnlyList<long> Parts)
{
    public bool IsArchived => StorageClass is "GLACIER" or "DEEP_ARCHIVE";
}
