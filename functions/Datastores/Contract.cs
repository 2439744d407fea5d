namespace ServerlessGdpr.Functions.Datastores;

/// <summary>What a workflow asks a datastore's function. References only: the identities stay in the vault.</summary>
public sealed record DatastoreRequest
{
    /// <summary>One of <see cref="Operations"/>.</summary>
    public required string Operation { get; init; }

    public required string Datastore { get; init; }

    /// <summary>The request that is carried out; null in a replay.</summary>
    public string? RequestId { get; init; }

    /// <summary>The batch of a replay that is carried out, <c>{restoreId}.{batch}</c>; null for a request.</summary>
    public string? ReplayId { get; init; }

    /// <summary>One to many references: <c>vault/{requestId}</c> into the vault, <c>ledger/{requestId}</c> into the ledger.</summary>
    public required IReadOnlyList<string> Subjects { get; init; }

    /// <summary>The restored resource to work on; null for the registered one.</summary>
    public Target? Target { get; init; }

    /// <summary>What the last answer to the same operation gave; null to start.</summary>
    public string? Continuation { get; init; }
}

/// <summary>A restored resource, and which of its records may be touched.</summary>
public sealed record Target
{
    public required string Arn { get; init; }

    /// <summary>What becomes of records that nothing proves to be older or newer than the person's erasure: one of <see cref="UnprovenRecords"/>.</summary>
    public string Unproven { get; set; } = UnprovenRecords.Erase;

    /// <summary>Whoever was verified erased before this instant is not in the restored data. Null where nobody knows that of anyone.</summary>
    public DateTimeOffset? VerifiedFrom { get; init; }

    /// <summary>A restore into a bucket that was in use: what was written before this instant is not from the backup, and stays. Null where the resource is new.</summary>
    public DateTimeOffset? WrittenFrom { get; init; }

    /// <summary>As <see cref="WrittenFrom"/>: what was written after this instant is not from the backup.</summary>
    public DateTimeOffset? WrittenUntil { get; init; }
}

/// <summary>What a replay does with records that nothing proves to be newer than the person's erasure.</summary>
public static class UnprovenRecords
{
    /// <summary>A copy in quarantine: they are erased.</summary>
    public const string Erase = "erase";

    /// <summary>A resource in use: they are counted for an operator and left.</summary>
    public const string Report = "report";
}

/// <summary>What a datastore's function answers. Never a key, never an identity.</summary>
public sealed record DatastoreAnswer
{
    public required string Outcome { get; init; }

    /// <summary>Records of the subjects that were seen, in all invocations since the operation began.</summary>
    public required long Found { get; init; }

    /// <summary>Records deleted or anonymised, in all invocations since the operation began. What an invocation did that was killed before it answered is not in it.</summary>
    public required long Erased { get; init; }

    /// <summary>Records that are still there and should not be, as far as this operation saw; exempt ones are not counted.</summary>
    public required long Remaining { get; init; }

    /// <summary>A reference to resume state in the vault, when <see cref="Outcome"/> is <c>partial</c>.</summary>
    public string? Continuation { get; init; }

    /// <summary>Records kept under an exemption or a lock.</summary>
    public long Exempt { get; init; }

    /// <summary>When the first of the exempt records may be erased; where nothing is erased but expires, when the last of them has.</summary>
    public DateTimeOffset? ExemptUntil { get; init; }

    /// <summary>Records of a restored resource that came to be after the person's erasure, as the data map's <c>recordTime</c> proves: they stay.</summary>
    public long Newer { get; init; }

    /// <summary>Records of a restored resource that nothing proves to be older or newer, and that were left for an operator (<see cref="UnprovenRecords.Report"/>).</summary>
    public long Unproven { get; init; }

    /// <summary>Exporting: the objects with records that were written, numbered from 1 (see <see cref="Access.ExportKeys"/>).</summary>
    public int Parts { get; init; }

    /// <summary>Exporting: the files that were written, numbered from 1.</summary>
    public int Files { get; init; }

    /// <summary>Exporting: values about other people that were left out.</summary>
    public long Redacted { get; init; }

    /// <summary>Verifying: seconds until a second zero read must confirm this one, where only an index can be read; 0 when this read is proof.</summary>
    public int ConfirmAfterSeconds { get; init; }

    /// <summary>The identity types that would reach the datastore, when <see cref="Outcome"/> is <c>unreachable</c>.</summary>
    public IReadOnlyList<string> Needs { get; set; } = [];

    /// <summary>How the answer was obtained: counts and kinds of reads, never keys.</summary>
    public IReadOnlyDictionary<string, string> Evidence { get; set; } = new Dictionary<string, string>();
}

/// <summary>What a datastore's function does.</summary>
public static class Operations
{
    public const string Erase = "erase", Verify = "verify", Export = "export";
}

/// <summary>The outcomes of <see cref="DatastoreAnswer"/>.</summary>
public static class Outcomes
{
    /// <summary>Records were found and all of them erased.</summary>
    public const string Erased = "erased";

    /// <summary>Nothing (left) to erase.</summary>
    public const string NotFound = "not_found";

    /// <summary>Some records are kept lawfully, all others erased.</summary>
    public const string Exempt = "exempt";

    /// <summary>Exporting: records were found, and all of them were written to the export bucket.</summary>
    public const string Exported = "exported";

    /// <summary>None of the subjects' identities maps to the datastore's keys.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>The invocation's time was not enough; go on with the continuation.</summary>
    public const string Partial = "partial";

    /// <summary>Records remain that should not: verifying found them, or erasing was refused them for a passing reason.</summary>
    public const string Remaining = "remaining";
}

/// <summary>One person, as a datastore sees them.</summary>
/// <param name="ErasedAt">When the person was first verified erased, what is kept lawfully aside: records that came to be later stay. Null where every record goes.</param>
/// <param name="VerifiedAt">In a replay, when the person was last verified erased. Null while that is not known.</param>
public sealed record Subject(string Reference, IReadOnlyList<Vault.Identity> Identities, DateTimeOffset? ErasedAt = null, DateTimeOffset? VerifiedAt = null);
