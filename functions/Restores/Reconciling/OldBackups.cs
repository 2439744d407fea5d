using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Functions.Restores.Reconciling;

/// <summary>
/// Backups that are older than the data map says any may be. The ledger may have forgotten who was erased since: a restore of one could not be cleaned completely.
/// </summary>
public sealed class OldBackups(IAmazonDynamoDB dynamo, IBackupService backups, TimeProvider time)
{
    public async Task<int> CountAsync(DatastoreEntry entry, CancellationToken cancellation)
    {
        var oldest = time.GetUtcNow().AddDays(-entry.BackupRetentionDays);
        var count = 0;
        await foreach (var madeAt in backups.ListBackupsAsync(entry.Location, cancellation))
            if (madeAt < oldest) count++;
        return entry.Kind == "dynamodb" ? count + await CountAsync(TableArn.Parse(entry.Location).Name, oldest, cancellation) : count;
    }

    /// <summary>Those that AWS Backup made are counted already.</summary>
    private async Task<int> CountAsync(string table, DateTimeOffset oldest, CancellationToken cancellation)
    {
        var count = await ReachesBackAsync(table, oldest, cancellation) ? 1 : 0;
        foreach (var type in new[] { BackupTypeFilter.USER, BackupTypeFilter.SYSTEM })
        {
            var request = new ListBackupsRequest { TableName = table, BackupType = type, TimeRangeUpperBound = oldest.UtcDateTime };
            do
            {
                var page = await dynamo.ListBackupsAsync(request, cancellation);
                count += page.BackupSummaries?.Count ?? 0;
                request.ExclusiveStartBackupArn = page.LastEvaluatedBackupArn;
            }
            while (request.ExclusiveStartBackupArn is not null);
        }

        return count;
    }

    /// <summary>Point-in-time recovery is a backup too, of every instant it reaches back to.</summary>
    private async Task<bool> ReachesBackAsync(string table, DateTimeOffset oldest, CancellationToken cancellation)
    {
        var answer = await dynamo.DescribeContinuousBackupsAsync(new DescribeContinuousBackupsRequest { TableName = table }, cancellation);
        return answer.ContinuousBackupsDescription?.PointInTimeRecoveryDescription is { EarliestRestorableDateTime: { } earliest }
            && earliest.ToUniversalTime() < oldest.UtcDateTime;
    }
}
