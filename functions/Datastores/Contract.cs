namespace ServerlessGdpr.Functions.Datastores;

/// <summary>What a workflow asks a datastore's function. References only: the identities stay in the vault.</summary>
public sealed record DatastoreRequest
{
    /// <summary><c>erase</c> or <c>verify</c>.</summary>
    public required string Operation { get; init; }

    public required string Datastore { get; init; }

    public required string RequestId { get; init; }

    /// <summary>One to many references into the vault, for example <c>vault/{requestId}</c>.</summary>
    public required IReadOnlyList<string> Subjects { get; init; }

    /// <summary>What the last answer to the same operation gave; null to start.</summary>
    public string? Continuation { get; init; }
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

    /// <summary>When the first of the exempt records may be erased.</summary>
    public DateTimeOffset? ExemptUntil { get; init; }

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
    public const string Erase = "erase", Verify = "verify";
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

    /// <summary>None of the subjects' identities maps to the datastore's keys.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>The invocation's time was not enough; go on with the continuation.</summary>
    public const string Partial = "partial";

    /// <summary>Records remain that should not: verifying found them, or erasing was refused them for a passing reason.</summary>
    public const string Remaining = "remaining";
}

/// <summary>One person, as a datastore sees them.</summary>
public sealed record Subject(string Reference, IReadOnlyList<Vault.Identity> Identities);
