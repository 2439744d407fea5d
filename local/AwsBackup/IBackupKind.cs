using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.AwsBackup;

/// <summary>A kind of resource that can be backed up and restored.</summary>
internal interface IBackupKind
{
    /// <summary>As AWS Backup names it, for example <c>DynamoDB</c>.</summary>
    string ResourceType { get; }

    bool Owns(string resourceArn);

    /// <summary>Takes the resource's content as it is now.</summary>
    /// <exception cref="AwsError">It cannot be backed up.</exception>
    Task<TakenBackup> TakeAsync(string resourceArn, CancellationToken cancellation);

    /// <summary>Checks what a restore is asked for before it becomes a job.</summary>
    /// <exception cref="AwsError">Something is missing, or nothing here heeds it.</exception>
    void Check(PropertyReader metadata);

    /// <summary>Brings a recovery point back, which takes a while of the cloud's clock.</summary>
    /// <param name="work">The job, which does not count as work while it waits.</param>
    /// <returns>The ARN of the resource it was brought back to.</returns>
    /// <exception cref="AwsError">It cannot be restored so.</exception>
    Task<string> RestoreAsync(RecoveryPoint point, PropertyReader metadata, Work work, CancellationToken cancellation);

    /// <summary>Forgets a recovery point's content.</summary>
    void Discard(RecoveryPoint point);
}

/// <param name="At">The instant the content is from.</param>
internal sealed record TakenBackup(string RecoveryPointArn, DateTimeOffset At, long Size);
