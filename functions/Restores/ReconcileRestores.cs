using System.Text.Json;
using Microsoft.Extensions.Logging;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Erasure;
using ServerlessGdpr.Functions.Restores.Recognition;
using ServerlessGdpr.Functions.Restores.Reconciling;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Restores;

/// <summary>
/// Every hour, because events are best effort: looks for what was restored, and announces what no event told of. A restore that is known, by whatever announcement,
/// is left alone. Takes copies that were deleted off the register, and says whether backups exist that are older than the data map declares.
/// </summary>
public sealed partial class ReconcileRestores(
    IBackupService backups,
    RestoredTables tables,
    OldBackups oldBackups,
    DeletedCopies deletedCopies,
    RestoreRecognition recognition,
    RestoreStore restores,
    ReplayStarter replay,
    DataMap dataMap,
    string region,
    ReconcilerCursor cursor,
    Metrics metrics,
    TimeProvider time,
    ILogger<ReconcileRestores> log) : IHandler<ScheduledEvent, Acknowledged>
{
    /// <summary>Events that are on their way need so much; what was restored since is left for the next hour.</summary>
    private static readonly TimeSpan OnTheirWay = TimeSpan.FromMinutes(15);

    /// <summary>So much is looked at twice: AWS may list a job a little late.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromDays(1);

    /// <summary>AWS Backup lists jobs for about as long.</summary>
    private static readonly TimeSpan FirstLook = TimeSpan.FromDays(30);

    private readonly FoundRestores found = new(recognition, region, time);

    public async Task<Acknowledged> HandleAsync(ScheduledEvent input, Invocation invocation, CancellationToken deadline)
    {
        var work = new ScheduledWork(deadline);
        var until = time.GetUtcNow() - OnTheirWay;
        var (missed, old) = (0, 0);
        await work.TryAsync(async () =>
        {
            await foreach (var table in tables.ListAsync(deadline))
            {
                if (table.CreationDateTime!.Value.ToUniversalTime() < until.UtcDateTime && await AnnounceAsync(await found.OfTableAsync(table, deadline), deadline)) missed++;
            }
        });
        await work.TryAsync(async () =>
        {
            await foreach (var job in backups.ListRestoresAsync((await cursor.ReadAsync(deadline) ?? until - FirstLook) - Overlap, until, deadline))
            {
                if (await AnnounceJobAsync(job, deadline)) missed++;
            }

            await cursor.WriteAsync(until, deadline);
        });
        await work.TryAsync(() => deletedCopies.RemoveAsync(deadline));
        foreach (var entry in dataMap.Datastores) await work.TryAsync(async () => old += await CountOldAsync(entry, deadline));

        metrics.Count("RestoresMissed", missed);
        metrics.Count("BackupsTooOld", old);
        work.End();
        return new Acknowledged();
    }

    /// <summary>Of a table the own id tells whether it is known; one that is gone, or that was there before its datastore was registered, brings nobody back.</summary>
    private async Task<bool> AnnounceJobAsync(JsonElement job, CancellationToken deadline)
    {
        string? tableId = null;
        if (Arn.Parse(new EventFields(job).Text("CreatedResourceArn")) is { Service: "dynamodb" } created && tables.IsReachable(created.Name))
        {
            if (await tables.FindAsync(created.Name, deadline) is not { } table || !await tables.CameSinceAsync(table, deadline)) return false;
            tableId = table.TableId;
        }

        return await AnnounceAsync(await found.OfJobAsync(job, tableId, deadline), deadline);
    }

    /// <returns>Whether the restore concerns this system and was not known.</returns>
    private async Task<bool> AnnounceAsync(IReadOnlyList<RestoreNotice> notices, CancellationToken deadline)
    {
        if (RestoreAnnouncement.Of(notices) is not { } announcement) return false;

        var restoreId = RestoreId.Of(RestoreIdentity.Of(announcement.Restore));
        if (await restores.GetAsync(restoreId, deadline) is not null) return false;

        var record = await restores.AnnounceAsync(restoreId, announcement.Restore, announcement.Datastores, announcement.OperatorReason, deadline);
        await replay.StartAsync(restoreId, record.Attempt, deadline);
        LogMissed(log, restoreId, record.Datastores.Count, announcement.OperatorReason);
        return true;
    }

    private async Task<int> CountOldAsync(DatastoreEntry entry, CancellationToken deadline)
    {
        var count = await oldBackups.CountAsync(entry, deadline);
        if (count > 0) LogTooOld(log, entry.Name, count, entry.BackupRetentionDays);
        return count;
    }

    [LoggerMessage(2120, LogLevel.Warning, "Restore {RestoreId} was announced by nobody: {Datastores} datastores, operator needed for {OperatorReason}")]
    private static partial void LogMissed(ILogger log, string restoreId, int datastores, string? operatorReason);

    [LoggerMessage(2121, LogLevel.Warning, "{Count} backups of {Datastore} are older than the {RetentionDays} days that the data map declares")]
    private static partial void LogTooOld(ILogger log, string datastore, int count, int retentionDays);
}
