using Microsoft.Extensions.Logging;
using ServerlessGdpr.Functions.Restores.Recognition;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Restores.Reconciling;

/// <summary>What the reconciler is made of.</summary>
public static class Reconciliation
{
    public static readonly IReadOnlyList<Setting> Settings = [Setting.RequestsTable, Setting.ReplayWorkflow];

    public static ReconcileRestores Of(Composition c)
    {
        // What is listed here happened in this account; the workflow runs in it too.
        var account = Arn.Parse(c.Settings[Setting.ReplayWorkflow])!.Account;
        var region = c.Settings[Setting.Region];
        var backups = new BackupService(c.Aws.Backup);
        var tables = new RestoredTables(c.Aws.DynamoDb, c.DataMap, c.RetentionHistory);
        return new ReconcileRestores(
            backups,
            tables,
            new OldBackups(c.Aws.DynamoDb, backups, c.Time),
            new DeletedCopies(c.Copies, tables, c.DataMap, account, region, c.Time),
            new RestoreRecognition(new RestoreScope { DataMap = c.DataMap, OwnAccount = account, OwnRegion = region }, c.Copies),
            c.Restores,
            c.ReplayStarter,
            c.DataMap,
            region,
            new ReconcilerCursor(c.Aws.DynamoDb, c.Settings[Setting.RequestsTable]),
            c.Metrics,
            c.Time,
            c.Logs.CreateLogger<ReconcileRestores>());
    }
}
