using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ServerlessGdpr.Local.DynamoDb.Backups;

/// <summary>A table as it was at one instant.</summary>
/// <param name="Type">USER, SYSTEM (a table with point-in-time recovery was deleted) or AWS_BACKUP.</param>
internal sealed record Backup(
    string Arn, string Name, string Type, DateTimeOffset CreatedAt, string TableName, string TableArn, string TableId, DateTimeOffset TableCreatedAt,
    TableDefinition Definition, IReadOnlyList<string> Items)
{
    private static readonly TimeSpan SystemRetention = TimeSpan.FromDays(35);

    public bool IsAvailable { get; set; } = true;

    public long Size { get; } = Items.Sum(item => (long)Encoding.UTF8.GetByteCount(item));

    public DateTimeOffset? ExpiresAt => Type is "SYSTEM" ? CreatedAt + SystemRetention : null;

    public static Backup Of(TableRecord table, string name, string type, DateTimeOffset at, TableDefinition definition, IReadOnlyList<string> items) => new(
        $"{table.Arn}/backup/{at.ToUnixTimeMilliseconds():D14}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}",
        name, type, at, table.Name, table.Arn, table.Id, table.CreatedAt, definition, items);

    public JsonObject Details(string? status = null) => Expiring(new JsonObject
    {
        ["BackupArn"] = Arn,
        ["BackupName"] = Name,
        ["BackupSizeBytes"] = Size,
        ["BackupStatus"] = status ?? Status,
        ["BackupType"] = Type,
        ["BackupCreationDateTime"] = Epoch.Seconds(CreatedAt),
    });

    public JsonObject Summary() => Expiring(new JsonObject
    {
        [nameof(TableName)] = TableName,
        [nameof(TableId)] = TableId,
        [nameof(TableArn)] = TableArn,
        ["BackupArn"] = Arn,
        ["BackupName"] = Name,
        ["BackupCreationDateTime"] = Epoch.Seconds(CreatedAt),
        ["BackupStatus"] = Status,
        ["BackupType"] = Type,
        ["BackupSizeBytes"] = Size,
    });

    public JsonObject Describe(string? status = null)
    {
        var features = new JsonObject();
        foreach (var kind in new[] { "GlobalSecondaryIndexes", "LocalSecondaryIndexes" })
        {
            if (Definition.Indexes(kind, withThroughput: kind[0] is 'G') is { Count: > 0 } indexes) features[kind] = indexes;
        }

        return new JsonObject
        {
            ["BackupDetails"] = Details(status),
            ["SourceTableDetails"] = new JsonObject
            {
                [nameof(TableName)] = TableName,
                [nameof(TableId)] = TableId,
                [nameof(TableArn)] = TableArn,
                ["TableSizeBytes"] = Size,
                ["KeySchema"] = Definition.Description["KeySchema"]!.DeepClone(),
                ["TableCreationDateTime"] = Epoch.Seconds(TableCreatedAt),
                ["ProvisionedThroughput"] = TableDefinition.Throughput(Definition.Description),
                ["ItemCount"] = Items.Count,
                ["BillingMode"] = Definition.BillingMode,
            },
            ["SourceTableFeatureDetails"] = features,
        };
    }

    private string Status => IsAvailable ? "AVAILABLE" : "CREATING";

    private JsonObject Expiring(JsonObject answer)
    {
        if (ExpiresAt is { } expiry) answer["BackupExpiryDateTime"] = Epoch.Seconds(expiry);
        return answer;
    }
}
