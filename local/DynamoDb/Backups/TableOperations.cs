using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.DynamoDb.Backups;

/// <summary>The operations on tables that DynamoDB Local has no idea of, by name.</summary>
internal sealed class TableOperations
{
    private readonly Dictionary<string, Func<PropertyReader, CancellationToken, Task<JsonObject>>> operations;

    public TableOperations(BackupOperations backups, ContinuousBackups continuous, RestoreOperations restores, TableAttachments attachments)
    {
        operations = new(StringComparer.Ordinal)
        {
            ["CreateBackup"] = backups.CreateBackup,
            ["DescribeBackup"] = backups.DescribeBackup,
            ["ListBackups"] = backups.ListBackups,
            ["DeleteBackup"] = backups.DeleteBackup,
            ["DescribeContinuousBackups"] = continuous.Describe,
            ["UpdateContinuousBackups"] = continuous.Update,
            ["RestoreTableFromBackup"] = restores.FromBackup,
            ["RestoreTableToPointInTime"] = restores.ToPointInTime,
            ["TagResource"] = attachments.TagResource,
            ["UntagResource"] = attachments.UntagResource,
            ["ListTagsOfResource"] = attachments.ListTagsOfResource,
            ["PutResourcePolicy"] = attachments.PutResourcePolicy,
            ["GetResourcePolicy"] = attachments.GetResourcePolicy,
            ["DeleteResourcePolicy"] = attachments.DeleteResourcePolicy,
        };
    }

    public bool Has(string operation) => operations.ContainsKey(operation);

    public Task<JsonObject> RunAsync(string operation, JsonObject request, CancellationToken cancellation) =>
        operations[operation](new PropertyReader(operation, request, "ValidationException"), cancellation);
}
