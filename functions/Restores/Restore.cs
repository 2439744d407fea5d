namespace ServerlessGdpr.Functions.Restores;

/// <summary>Who told of a restore; several may.</summary>
[Flags]
public enum Announcers
{
    None = 0,
    AwsBackup = 1,
    Rds = 2,
    CloudTrail = 4,

    /// <summary>Nobody did: the reconciler found it.</summary>
    Reconciler = 8,
}

/// <summary>One restore, as far as its announcements tell.</summary>
public sealed record Restore
{
    public required Announcers AnnouncedBy { get; init; }

    /// <summary>The account the restore happened in.</summary>
    public required string Account { get; init; }

    public required string Region { get; init; }

    /// <summary>The AWS service of the restored resource, as ARNs name it: <c>dynamodb</c>, <c>rds</c>, <c>s3</c>, ...</summary>
    public required string Service { get; init; }

    /// <summary>What was restored; null where the announcement does not say.</summary>
    public RestoredResource? Target { get; init; }

    /// <summary>The ARN of the table, bucket or database whose backup it was.</summary>
    public string? SourceArn { get; init; }

    /// <summary>The ARN of the recovery point, snapshot or backup.</summary>
    public string? BackupArn { get; init; }

    /// <summary>The id of the restore job (AWS Backup), or of what AWS calls it (a backtrack).</summary>
    public string? JobId { get; init; }

    public required AsOf AsOf { get; init; }

    /// <summary>Where <see cref="SourceArn"/> is null: what tells it.</summary>
    public LookUp? SourceLookUp { get; init; }

    /// <summary>The earliest instant that is known of the restore itself.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it was last announced. A job is announced when it ends: what it wrote into a bucket was written by then.</summary>
    public required DateTimeOffset AnnouncedAt { get; init; }

    /// <summary>AWS deletes what a restore test restored, but it is personal data while it exists.</summary>
    public bool IsRestoreTest { get; init; }

    /// <summary>What two announcements of one restore (see <see cref="RestoreIdentity"/>) say together. Order and repetition do not matter.</summary>
    public Restore Merge(Restore other) => this with
    {
        AnnouncedBy = AnnouncedBy | other.AnnouncedBy,
        Account = First(Account, other.Account)!,
        Region = First(Region, other.Region)!,
        Service = First(Service, other.Service)!,
        Target = Target is { } mine && other.Target is { } theirs ? mine.Merge(theirs) : Target ?? other.Target,
        SourceArn = First(SourceArn, other.SourceArn),
        BackupArn = First(BackupArn, other.BackupArn),
        JobId = First(JobId, other.JobId),
        AsOf = AsOf.Merge(other.AsOf),
        SourceLookUp = (SourceArn ?? other.SourceArn) is null && LookUp.Union(LookUpsOf(this), LookUpsOf(other)) is [var first, ..] ? first : null,
        StartedAt = StartedAt < other.StartedAt ? StartedAt : other.StartedAt,
        AnnouncedAt = AnnouncedAt > other.AnnouncedAt ? AnnouncedAt : other.AnnouncedAt,
        IsRestoreTest = IsRestoreTest || other.IsRestoreTest,
    };

    private static IEnumerable<LookUp> LookUpsOf(Restore restore) => restore.SourceLookUp is { } lookUp ? [lookUp] : [];

    /// <summary>Where both say something else, either will do, but it must not depend on who came first.</summary>
    internal static string? First(string? one, string? other) =>
        one is null || (other is not null && string.CompareOrdinal(other, one) < 0) ? other : one;
}

/// <summary>A resource that a restore made, or wrote into.</summary>
/// <param name="ResourceId">Its own id, which no later resource of the same name has: DynamoDB's TableId, RDS's DbiResourceId or DbClusterResourceId.</param>
/// <param name="InPlace">It was there before, and may hold records that are newer than the backup.</param>
public sealed record RestoredResource(string Arn, string? ResourceId, bool InPlace)
{
    public RestoredResource Merge(RestoredResource other) =>
        new(Restore.First(Arn, other.Arn)!, Restore.First(ResourceId, other.ResourceId), InPlace || other.InPlace);
}
