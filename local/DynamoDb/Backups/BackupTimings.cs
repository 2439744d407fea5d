namespace ServerlessGdpr.Local.DynamoDb.Backups;

/// <summary>How long, on the cloud's clock, things take that take a while on AWS.</summary>
public sealed record BackupTimings
{
    /// <summary>From CreateBackup until the backup is AVAILABLE; its content is that of the call.</summary>
    public TimeSpan Backup { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From the call until the restored table is ACTIVE.</summary>
    public TimeSpan Restore { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How far LatestRestorableDateTime is behind the clock; AWS says typically five minutes.</summary>
    public TimeSpan RestorableLag { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>From an API call until CloudTrail's event about it.</summary>
    public TimeSpan CallEvent { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a job of AWS Backup waits until it runs.</summary>
    public TimeSpan JobStart { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a job of AWS Backup runs; the restore of a table takes as long as that restore takes.</summary>
    public TimeSpan JobRun { get; init; } = TimeSpan.FromSeconds(50);
}
