using ServerlessGdpr.Local.DynamoDb.Backups;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.AwsBackup;

/// <summary>Tables: a recovery point is a DynamoDB backup, and its restore is one that DynamoDB does, so CloudTrail tells of it as well.</summary>
internal sealed class TableKind(TableRecords tables, BackupStore backups, RestoreOperations restores) : IBackupKind
{
    public string ResourceType => "DynamoDB";

    public bool Owns(string resourceArn) => Arns.Service(resourceArn) is "dynamodb";

    public async Task<TakenBackup> TakeAsync(string resourceArn, CancellationToken cancellation)
    {
        var table = tables.OfArn(resourceArn);
        using var alone = await table.Gate.AloneAsync();
        if (table.IsBeingRestored) throw new AwsError("TableInUseException", $"Table is being created: {table.Name}");
        var backup = await backups.TakeAsync(table, $"awsbackup-{table.Name}", "AWS_BACKUP", cancellation);
        return new TakenBackup(backup.Arn, backup.CreatedAt, backup.Size);
    }

    public void Check(PropertyReader metadata)
    {
        metadata.WithoutLocalEffect("encryptionType", "kmsMasterKeyArn", "originalTableName", "aws:backup:request-id");
        metadata.GetRequiredString("targetTableName");
        metadata.RefuseOthers();
    }

    public async Task<string> RestoreAsync(RecoveryPoint point, PropertyReader metadata, Work work, CancellationToken cancellation)
    {
        var restore = await restores.FromRecoveryPointAsync(metadata.GetRequiredString("targetTableName"), point.Arn, cancellation);
        await work.WaitAsync(() => restore.Ready);
        return restore.TableArn;
    }

    public void Discard(RecoveryPoint point) => backups.Remove(backups.Get(point.Arn));
}
