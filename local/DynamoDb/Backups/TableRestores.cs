using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.DynamoDb.Backups;

/// <summary>Makes new tables out of what was kept of others.</summary>
internal sealed class TableRestores(
    DynamoDbLocalClient client, TableRecords tables, TableItems items, BackgroundWork background, BackupTimings timings, TimeProvider time)
{
    /// <returns>The new table, which stays CREATING for a while.</returns>
    /// <exception cref="AwsError">There is a table of that name.</exception>
    public async Task<StartedRestore> StartAsync(
        string target, TableDefinition definition, IReadOnlyList<string> content, TableRestore origin, RestoreOverrides overrides, CancellationToken cancellation)
    {
        JsonObject description;
        try
        {
            description = (await client.CallAsync("CreateTable", definition.ToCreateTable(target, overrides), cancellation))["TableDescription"]!.AsObject();
        }
        catch (AwsError taken) when (taken.Code is "ResourceInUseException")
        {
            throw new AwsError("TableAlreadyExistsException", $"Table already exists: {target}");
        }

        var table = tables.Add(description, origin);
        var ready = new TaskCompletionSource();
        background.Run(async (work, stopping) =>
        {
            try
            {
                await items.WriteAsync(table.Name, content, stopping);
                await work.WaitAsync(() => Task.Delay(timings.Restore, time, stopping));
                table.Restore = origin with { InProgress = false };
                ready.SetResult();
            }
            finally
            {
                ready.TrySetCanceled(stopping);
            }
        });
        return new StartedRestore(table.Arn, TableView.Complete(JsonNode.Parse(LocalArns.ToCloud(description.ToText()))!.AsObject(), table), ready.Task);
    }
}

/// <param name="Description">The new table's.</param>
/// <param name="Ready">Completes when it is ACTIVE.</param>
internal sealed record StartedRestore(string TableArn, JsonObject Description, Task Ready);
