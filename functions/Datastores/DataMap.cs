namespace ServerlessGdpr.Functions.Datastores;

// Properties with a default are settable: the generated reader would set an absent one that is init-only to null.

/// <summary>The data map: the registered datastores, and how the identities of a person find that person's records in them (<c>infra/datastores.json</c>).</summary>
public sealed record DataMap
{
    /// <summary>Every identity type a request may name, and how its values are normalised before they are matched.</summary>
    public required IReadOnlyDictionary<string, IdentityTypeRules> IdentityTypes { get; init; }

    public required Controller Controller { get; init; }

    public required IReadOnlyList<DatastoreEntry> Datastores { get; init; }
}

/// <summary>Values are compared by code point unless these rules say otherwise; nothing is ever Unicode-normalised.</summary>
public sealed record IdentityTypeRules
{
    public bool CaseInsensitive { get; init; }

    /// <summary>White space around a value does not count.</summary>
    public bool Trim { get; init; }
}

/// <summary>One registered datastore.</summary>
public sealed record DatastoreEntry
{
    public required string Name { get; init; }

    /// <summary><c>dynamodb</c>, <c>s3</c> or <c>s3-logs</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The ARN of the table or bucket.</summary>
    public required string Location { get; init; }

    public required IReadOnlyList<KeyMapping> Keys { get; init; }

    /// <summary>Logs: where those of a day are, with <c>{yyyy}</c>, <c>{MM}</c> and <c>{dd}</c> in it.</summary>
    public string? Prefix { get; init; }

    /// <summary>Logs: how many days back they are searched.</summary>
    public int? Days { get; init; }

    public required ErasureAction Action { get; init; }

    public required Processing Processing { get; init; }

    public ExportRules Export { get; set; } = new();

    /// <summary>Names of datastores that are erased in an earlier wave.</summary>
    public IReadOnlyList<string> After { get; set; } = [];

    /// <summary>A request that cannot reach this datastore is rejected: nothing is erased anywhere.</summary>
    public bool Required { get; init; }

    public IReadOnlyList<Exemption> Exemptions { get; set; } = [];

    public BackupRecognition? Backups { get; init; }

    /// <summary>Whether a restored copy is tagged until it is clean, and closed to readers where AWS can do that: a table.</summary>
    public bool Quarantine { get; set; } = true;

    /// <summary>For how many days any backup of this datastore may exist.</summary>
    public required int BackupRetentionDays { get; init; }

    /// <summary>The ARN of the KMS key that encrypts the datastore, where it is a customer's.</summary>
    public string? EncryptionKey { get; init; }

    /// <summary>The field that says when a record came to be (RFC 3339 text, or epoch seconds).</summary>
    public string? RecordTime { get; init; }

    /// <summary>How many invocations may work on this datastore at once; null for no limit.</summary>
    public int? MaxConcurrency { get; init; }

    /// <summary>The ARN of a role to assume when the datastore lives in another account.</summary>
    public string? Role { get; init; }

    /// <summary>Seconds between the two zero reads where only an eventually consistent index can be read.</summary>
    public int IndexPauseSeconds { get; set; } = 30;
}

/// <summary>How the values of one identity type become keys. Templates hold the placeholder <c>{identity_type}</c>, for example <c>customers/{customer_id}/</c>.</summary>
public sealed record KeyMapping
{
    public required string IdentityType { get; init; }

    /// <summary>The format an identity must have to be a key here: <c>raw</c>, or the hash the key holds (<c>sha256</c>, <c>sha1</c>, <c>md5</c>).</summary>
    public string Format { get; set; } = "raw";

    /// <summary>DynamoDB: the global secondary index to query; null for the table itself.</summary>
    public string? Index { get; init; }

    /// <summary>DynamoDB: the partition key; always an equality.</summary>
    public KeyAttribute? PartitionKey { get; init; }

    /// <summary>DynamoDB: the sort key, where the partition alone is not the person.</summary>
    public KeyAttribute? SortKey { get; init; }

    /// <summary>S3: the object keys; a template that ends with a delimiter names a prefix, any other one object.</summary>
    public string? KeyTemplate { get; init; }

    /// <summary>Logs: the path of the field that equals the identity; a type may have several mappings.</summary>
    public string? Field { get; init; }
}

/// <summary>A key attribute and the value it must have; exactly one of <see cref="EqualTo"/> and <see cref="BeginsWith"/>, except that a partition key without either equals the identity.</summary>
public sealed record KeyAttribute
{
    public required string Name { get; init; }

    /// <summary><c>S</c> or <c>N</c>.</summary>
    public string Type { get; set; } = "S";

    public string? EqualTo { get; init; }

    public string? BeginsWith { get; init; }
}

/// <summary>What erasing means here.</summary>
public sealed record ErasureAction
{
    public const string Delete = "delete", Anonymise = "anonymise", Expire = "expire";

    /// <summary><c>delete</c>, <c>anonymise</c>, or for logs <c>expire</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Expire: how many days after its day a log is removed, by the bucket's own lifecycle.</summary>
    public int? Days { get; init; }

    /// <summary>Anonymise: the fields and the text that replaces each; null removes the field.</summary>
    public IReadOnlyDictionary<string, string?> Fields { get; set; } = new Dictionary<string, string?>();
}

/// <summary>A lawful reason to keep records (Art. 17(3)): while <see cref="Field"/> + <see cref="KeepDays"/> lies ahead, the record stays.</summary>
public sealed record Exemption
{
    public required string Reason { get; init; }

    /// <summary>The field with the instant the period starts from (RFC 3339 text, or epoch seconds).</summary>
    public required string Field { get; init; }

    public required int KeepDays { get; init; }
}

/// <summary>How backups and restored copies of a datastore are told.</summary>
public sealed record BackupRecognition
{
    /// <summary>ARN patterns of its backups.</summary>
    public IReadOnlyList<string> Arns { get; set; } = [];

    /// <summary>The pattern of its restored copies' names, for example <c>shop-customers-restored-*</c>.</summary>
    public string? RestoredNamePattern { get; init; }
}
