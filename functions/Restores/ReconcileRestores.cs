using System.Text.Json;
using Microsoft.Extensions.Logging;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Erasure;
using ServerlessGdpr.Functions.Restores.Recognition;
using ServerlessGdpr.Functions.Restores.Reconciling;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Restores;

/// <summary>Starts the replay of a restore, in its attempt; a second start is harmless.</summary>
public delegate Task StartReplay(string restoreId, int attempt, CancellationToken cancellation);

/// <summary>
/// Every hour, because events are best effort: looks for what was restored, and announces what no event told of. A restore that is known, by whatever announcement,
/// is left alone. Says besides whether backups exist that are older than the data map declares.
/// </summary>
public sealed partial class ReconcileRestores(
    IBackupService backups,
    RestoredTables tables,
    OldBackups oldBackups,
    RestoreStore restores,
    StartReplay start,
    RestoreScope scope,
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

    private readonly FoundRestores found = new(new RestoreEvents(scope), region, time);

    public async Task<Acknowledged> HandleAsync(ScheduledEvent input, Invocation invocation, CancellationToken deadline)
    {
        var work = new ScheduledWork(deadline);
        var until = time.GetUtcNow() - OnTheirWay;
        var (missed, old) = (0, 0);
        await work.TryAsync(async () =>
        {
            await foreach (var table in tables.ListAsync(deadline))
            {
                if (table.CreationDateTime!.Value.ToUniversalTime() < until.UtcDateTime && await AnnounceAsync(found.OfTable(table), deadline)) missed++;
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
        foreach (var entry in scope.DataMap.Datastores) await work.TryAsync(async () => old += await CountOldAsync(entry, deadline));

        metrics.Count("RestoresMissed", missed);
        metrics.Count("BackupsTooOld", old);
        work.End();
        return new Acknowledged();
    }

    /// <summary>Of a table the own id tells whether it is known; one that is gone brings nobody back.</summary>
    private async Task<bool> AnnounceJobAsync(JsonElement job, CancellationToken deadline)
    {
        string? tableId = null;
        if (Arn.Parse(new EventFields(job).Text("CreatedResourceArn")) is { Service: "dynamodb" } created && tables.IsCopy(created.Name))
        {
            if (await tables.FindAsync(created.Name, deadline) is not { } table) return false;
            tableId = table.TableId;
        }

        return await AnnounceAsync(found.OfJob(job, tableId), deadline);
    }

    /// <returns>Whether the restore concerns this system and was not known.</returns>
    private async Task<bool> AnnounceAsync(IReadOnlyList<RestoreNotice> notices, CancellationToken deadline)
    {
        var told = notices.Select(Told).Where(notice => notice.Restore is not null).ToList();
        if (told is not [(Restore: { } restore, _, _), ..]) return false;

        var restoreId = RestoreId.Of(RestoreIdentity.Of(restore));
        if (await restores.GetAsync(restoreId, deadline) is not null) return false;

        var reason = told.Select(notice => notice.OperatorReason).OfType<string>().Order(StringComparer.Ordinal).FirstOrDefault();
        var record = await restores.AnnounceAsync(restoreId, restore, [.. told.Select(notice => notice.Datastore).OfType<string>()], reason, deadline);
        await start(restoreId, record.Attempt, deadline);
        LogMissed(log, restoreId, record.Datastores.Count, reason);
        return true;
    }

    /// <summary>The notices about one restore differ in the datastore alone.</summary>
    private static (Restore? Restore, string? Datastore, string? OperatorReason) Told(RestoreNotice notice) => notice switch
    {
        Announced announced => (announced.Restore, announced.Datastore, null),
        NeedsOperator needed => (needed.Restore, needed.Datastore, needed.Reason),
        SourceToLookUp open => (open.Restore, null, null),
        _ => (null, null, null),
    };

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
