using System.Text.Json.Nodes;

namespace ServerlessGdpr.Local.DynamoDb.Backups;

/// <summary>Puts into DynamoDB Local's TableDescription what it does not know: the table's id, the cloud's clock, and where a restore stands.</summary>
internal static class TableView
{
    public static JsonObject Complete(JsonObject description, TableRecord record)
    {
        description["TableId"] = record.Id;
        description["CreationDateTime"] = Epoch.Seconds(record.CreatedAt);
        if (record.Restore is not { } restore) return description;
        description["RestoreSummary"] = restore.ToJson();
        if (!restore.InProgress) return description;
        description["TableStatus"] = "CREATING";
        description["ItemCount"] = 0;
        description["TableSizeBytes"] = 0;
        foreach (var index in description["GlobalSecondaryIndexes"]?.AsArray() ?? []) index!["IndexStatus"] = "CREATING";
        return description;
    }
}
