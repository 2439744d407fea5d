using System.Text.Json.Nodes;
using ServerlessGdpr.Local.DynamoDb.Backups.Journal;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.DynamoDb.Backups;

/// <summary>Point-in-time recovery of tables: on, off, and how far it reaches.</summary>
internal sealed class ContinuousBackups(TableRecords tables, TableItems items, BackupTimings timings, TimeProvider time)
{
    private const int MaximumDays = 35;

    public Task<JsonObject> Describe(PropertyReader request, CancellationToken cancellation)
    {
        var table = tables.Get(request.GetRequiredString("TableName"));
        request.RefuseOthers();
        return Task.FromResult(Describe(table));
    }

    public async Task<JsonObject> Update(PropertyReader request, CancellationToken cancellation)
    {
        var table = tables.Get(request.GetRequiredString("TableName"));
        var specification = request.GetRequiredObject("PointInTimeRecoverySpecification");
        var isEnabled = specification.GetBoolean("PointInTimeRecoveryEnabled") ?? throw specification.Invalid("PointInTimeRecoveryEnabled", "true or false");
        var days = specification.GetInteger("RecoveryPeriodInDays", 1, MaximumDays);
        request.RefuseOthers();
        if (table.IsBeingRestored) throw new AwsError("ContinuousBackupsUnavailableException", $"Backups are being enabled for the table: {table.Name}. Please retry later");
        await SetAsync(table, isEnabled, days, cancellation);
        return Describe(table);
    }

    /// <summary>Enabling starts a new history; what was before can no longer be restored.</summary>
    public async Task SetAsync(TableRecord table, bool isEnabled, int? days, CancellationToken cancellation)
    {
        using var alone = await table.Gate.AloneAsync();
        if (!isEnabled)
        {
            table.Journal = null;
        }
        else if (table.Journal is { } running)
        {
            running.RecoveryPeriodInDays = days ?? running.RecoveryPeriodInDays;
        }
        else
        {
            var now = time.GetUtcNow();
            var journal = new ChangeJournal(now, days ?? MaximumDays);
            journal.RecordAll(WriteTurns.Keyed(table, await items.ScanAsync(table.Name, cancellation)), now);
            table.Journal = journal;
        }
    }

    /// <summary>The instants that a table with a journal can be restored to.</summary>
    public (DateTimeOffset Earliest, DateTimeOffset Latest) Window(ChangeJournal journal)
    {
        var now = time.GetUtcNow();
        var (earliest, latest) = (journal.Earliest(now), now - timings.RestorableLag);
        return (earliest, latest > earliest ? latest : earliest);
    }

    private JsonObject Describe(TableRecord table)
    {
        var recovery = new JsonObject { ["PointInTimeRecoveryStatus"] = table.Journal is null ? "DISABLED" : "ENABLED" };
        if (table.Journal is { } journal)
        {
            var (earliest, latest) = Window(journal);
            recovery["RecoveryPeriodInDays"] = journal.RecoveryPeriodInDays;
            recovery["EarliestRestorableDateTime"] = Epoch.Seconds(earliest);
            recovery["LatestRestorableDateTime"] = Epoch.Seconds(latest);
        }

        return new JsonObject
        {
            ["ContinuousBackupsDescription"] = new JsonObject { ["ContinuousBackupsStatus"] = "ENABLED", ["PointInTimeRecoveryDescription"] = recovery },
        };
    }
}
