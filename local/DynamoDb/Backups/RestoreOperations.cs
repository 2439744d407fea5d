using System.Text.Json.Nodes;
using ServerlessGdpr.Local.CloudTrail;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.DynamoDb.Backups;

/// <summary>RestoreTableFromBackup and RestoreTableToPointInTime, both into a new table, and both told by CloudTrail.</summary>
internal sealed class RestoreOperations(TableRecords tables, BackupStore backups, ContinuousBackups continuous, TableRestores restores, CallEvents calls)
{
    private const string Service = "dynamodb";

    public async Task<JsonObject> FromBackup(PropertyReader request, CancellationToken cancellation)
    {
        var (target, arn) = (request.GetRequiredString("TargetTableName"), request.GetRequiredString("BackupArn"));
        var overrides = RestoreOverrides.Read(request);
        request.RefuseOthers();
        var parameters = new JsonObject { ["targetTableName"] = target, ["backupArn"] = arn };
        var started = await calls.ToldAsync(
            new ApiCall(Service, "RestoreTableFromBackup", parameters),
            () => FromBackupAsync(target, arn, overrides, cancellation));
        return new JsonObject { ["TableDescription"] = started.Description };
    }

    /// <summary>As AWS Backup has its recovery points of tables restored.</summary>
    public Task<StartedRestore> FromRecoveryPointAsync(string target, string backupArn, CancellationToken cancellation) => calls.ToldAsync(
        new ApiCall(Service, "RestoreTableFromBackup", new JsonObject { ["targetTableName"] = target, ["backupArn"] = backupArn }) { InvokedBy = "backup.amazonaws.com" },
        () => FromBackupAsync(target, backupArn, RestoreOverrides.None, cancellation));

    public async Task<JsonObject> ToPointInTime(PropertyReader request, CancellationToken cancellation)
    {
        var target = request.GetRequiredString("TargetTableName");
        var (arn, name) = (request.GetString("SourceTableArn"), request.GetString("SourceTableName"));
        var instant = Epoch.Read(request, "RestoreDateTime");
        var useLatest = request.GetBoolean("UseLatestRestorableTime") ?? false;
        var overrides = RestoreOverrides.Read(request);
        request.RefuseOthers();
        if (arn is null == name is null) throw new AwsError("ValidationException", "Exactly one of SourceTableArn and SourceTableName must be given.");
        if (instant is null != useLatest)
            throw new AwsError("ValidationException", "Exactly one of RestoreDateTime and UseLatestRestorableTime must be given.");

        var parameters = new JsonObject { ["targetTableName"] = target, [arn is null ? "sourceTableName" : "sourceTableArn"] = arn ?? name };
        if (useLatest) parameters["useLatestRestorableTime"] = true;
        else parameters["restoreDateTime"] = instant!.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'");
        var started = await calls.ToldAsync(
            new ApiCall(Service, "RestoreTableToPointInTime", parameters),
            () => ToPointInTimeAsync(tables.Get(arn ?? name!), instant, target, overrides, cancellation));
        return new JsonObject { ["TableDescription"] = started.Description };
    }

    private async Task<StartedRestore> FromBackupAsync(string target, string arn, RestoreOverrides overrides, CancellationToken cancellation)
    {
        var backup = backups.Get(arn);
        if (!backup.IsAvailable) throw new AwsError("BackupInUseException", $"Backup is being created: {arn}");
        var origin = new TableRestore(backup.Arn, backup.TableArn, backup.CreatedAt, InProgress: true);
        return await restores.StartAsync(target, backup.Definition, backup.Items, origin, overrides, cancellation);
    }

    private async Task<StartedRestore> ToPointInTimeAsync(TableRecord source, DateTimeOffset? wanted, string target, RestoreOverrides overrides, CancellationToken cancellation)
    {
        using var alone = await source.Gate.AloneAsync();
        if (source.Journal is not { } journal)
            throw new AwsError("PointInTimeRecoveryUnavailableException", $"Point in time recovery is not enabled for table '{source.Name}'");
        var (earliest, latest) = continuous.Window(journal);
        var instant = wanted ?? latest;
        if (instant < earliest || instant > latest)
            throw new AwsError("InvalidRestoreTimeException", $"Restore time must be between {earliest:O} and {latest:O}");
        var origin = new TableRestore(null, source.Arn, instant, InProgress: true);
        return await restores.StartAsync(target, await backups.DefinitionAsync(source, cancellation), journal.At(instant), origin, overrides, cancellation);
    }
}
