using System.Globalization;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Local.CloudTrail;

namespace ServerlessGdpr.Tests.EndToEnd.Histories;

/// <summary>DynamoDB's own backups, and instants that a table can be brought back to.</summary>
internal sealed class TableRestores(HistoryStage stage)
{
    private readonly RestoredTables tables = new(stage.Live.DynamoDb);
    private readonly CancellationToken cancellation = stage.Cancellation;

    public Task<string> BackUpAsync(string table) => tables.BackUpAsync(table, cancellation);

    /// <returns>What CloudTrail says of the call.</returns>
    public async Task<Announcement> RestoreAsync(ModelCopy copy)
    {
        var (snapshot, at, parameters) = (copy.Snapshot, stage.Now, new JsonObject { ["targetTableName"] = copy.Name });
        if (snapshot.Backup is { } backup)
        {
            await tables.RestoreAsync(backup, copy.Name, cancellation);
            parameters["backupArn"] = backup;
            return Announcement.OfCall(copy, new ApiCall("dynamodb", "RestoreTableFromBackup", parameters).ToDetail(at, null));
        }

        await tables.RestoreToAsync(snapshot.Resource, snapshot.At, copy.Name, cancellation);
        parameters["sourceTableName"] = snapshot.Resource;
        parameters["restoreDateTime"] = snapshot.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return Announcement.OfCall(copy, new ApiCall("dynamodb", "RestoreTableToPointInTime", parameters).ToDetail(at, null));
    }

    public Task UsableAsync(string table) => stage.UntilAsync(async () =>
        (await stage.Live.DynamoDb.DescribeTableAsync(table, cancellation)).Table is { RestoreSummary: null or { RestoreInProgress: not true } } described
        && described.TableStatus == TableStatus.ACTIVE);

    /// <summary>Nobody is in a table any more, and its history is kept from now on.</summary>
    public async Task BeginAsync(string table)
    {
        var key = table == Shop.Customers ? "customer_id" : "order_id";
        foreach (var item in (await stage.Live.DynamoDb.ScanAsync(new ScanRequest(table), cancellation)).Items)
            await stage.Live.DynamoDb.DeleteItemAsync(table, new() { [key] = item[key] }, cancellation);
        await tables.KeepHistoryAsync(table, cancellation);
    }
}
