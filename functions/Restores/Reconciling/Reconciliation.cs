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
        var (table, workflow) = (c.Settings[Setting.RequestsTable], c.Settings[Setting.ReplayWorkflow]);
        var backups = new BackupService(c.Aws.Backup);
        return new ReconcileRestores(
            backups,
            new RestoredTables(c.Aws.DynamoDb, c.DataMap),
            new OldBackups(c.Aws.DynamoDb, backups, c.Time),
            new RestoreStore(c.Aws.DynamoDb, table),
            (restoreId, attempt, cancellation) => c.Workflows.StartAsync(
                workflow, RestoreId.ExecutionName(restoreId, attempt), $$"""{"restoreId":"{{restoreId}}","attempt":{{attempt}}}""", cancellation),
            // What is listed here happened in this account; the workflow runs in it too.
            new RestoreScope { DataMap = c.DataMap, OwnAccount = Arn.Parse(workflow)!.Account },
            c.Settings[Setting.Region],
            new ReconcilerCursor(c.Aws.DynamoDb, table),
            c.Metrics,
            c.Time,
            c.Logs.CreateLogger<ReconcileRestores>());
    }
}
