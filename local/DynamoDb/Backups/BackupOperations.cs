using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.DynamoDb.Backups;

/// <summary>Making, describing, listing and deleting backups.</summary>
internal sealed class BackupOperations(BackupStore backups, TableRecords tables)
{
    private const int PageLimit = 100;

    public async Task<JsonObject> CreateBackup(PropertyReader request, CancellationToken cancellation)
    {
        var table = tables.Get(request.GetRequiredString("TableName"));
        var name = request.GetRequiredString("BackupName");
        request.RefuseOthers();
        if (name.Length is < 3 or > 255 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-'))
            throw request.Invalid("BackupName", "3 to 255 letters, digits, '_', '.' and '-'");
        if (table.IsBeingRestored) throw new AwsError("TableInUseException", $"Table is being created: {table.Name}");
        return new JsonObject { ["BackupDetails"] = (await backups.CreateAsync(table, name, "USER", cancellation)).Details() };
    }

    public Task<JsonObject> DescribeBackup(PropertyReader request, CancellationToken cancellation)
    {
        var backup = backups.Get(request.GetRequiredString("BackupArn"));
        request.RefuseOthers();
        return Task.FromResult(new JsonObject { ["BackupDescription"] = backup.Describe() });
    }

    public Task<JsonObject> DeleteBackup(PropertyReader request, CancellationToken cancellation)
    {
        var backup = backups.Get(request.GetRequiredString("BackupArn"));
        request.RefuseOthers();
        if (!backup.IsAvailable) throw new AwsError("BackupInUseException", $"Backup is being created: {backup.Arn}");
        if (backup.Type is "AWS_BACKUP")
            throw new AwsError("AccessDeniedException", "Backups that AWS Backup made are deleted with its DeleteRecoveryPoint.");
        backups.Remove(backup);
        return Task.FromResult(new JsonObject { ["BackupDescription"] = backup.Describe("DELETED") });
    }

    public Task<JsonObject> ListBackups(PropertyReader request, CancellationToken cancellation)
    {
        var table = request.GetString("TableName") is { } given ? TableRecords.NameOf(given) : null;
        var (from, until) = (Epoch.Read(request, "TimeRangeLowerBound"), Epoch.Read(request, "TimeRangeUpperBound"));
        var type = request.GetString("BackupType") ?? "USER";
        var limit = request.GetInteger("Limit", 1, PageLimit) ?? PageLimit;
        var after = request.GetString("ExclusiveStartBackupArn");
        request.RefuseOthers();
        var found = backups.All
            .Where(backup => table is null || backup.TableName == table)
            .Where(backup => type is "ALL" || backup.Type == type)
            .Where(backup => (from is null || backup.CreatedAt >= from) && (until is null || backup.CreatedAt < until))
            .SkipWhile(backup => after is not null && backup.Arn != after).Skip(after is null ? 0 : 1)
            .Take(limit + 1).ToList();
        var answer = new JsonObject { ["BackupSummaries"] = new JsonArray([.. found.Take(limit).Select(backup => backup.Summary())]) };
        if (found.Count > limit) answer["LastEvaluatedBackupArn"] = found[limit - 1].Arn;
        return Task.FromResult(answer);
    }
}
