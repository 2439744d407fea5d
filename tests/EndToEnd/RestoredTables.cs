using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>Backs tables of the shop up, and brings them back, as an administrator would.</summary>
internal sealed class RestoredTables(IAmazonDynamoDB dynamo)
{
    public async Task<string> BackUpAsync(string table, CancellationToken cancellation) =>
        (await dynamo.CreateBackupAsync(new CreateBackupRequest { TableName = table, BackupName = "nightly" }, cancellation)).BackupDetails.BackupArn;

    public Task RestoreAsync(string backup, string target, CancellationToken cancellation) =>
        dynamo.RestoreTableFromBackupAsync(new RestoreTableFromBackupRequest { BackupArn = backup, TargetTableName = target }, cancellation);

    /// <summary>Continuous backups, from now on.</summary>
    public Task KeepHistoryAsync(string table, CancellationToken cancellation) => dynamo.UpdateContinuousBackupsAsync(
        new UpdateContinuousBackupsRequest { TableName = table, PointInTimeRecoverySpecification = new() { PointInTimeRecoveryEnabled = true } }, cancellation);

    public Task RestoreToAsync(string table, DateTimeOffset instant, string target, CancellationToken cancellation) => dynamo.RestoreTableToPointInTimeAsync(
        new RestoreTableToPointInTimeRequest { SourceTableName = table, RestoreDateTime = instant.UtcDateTime, TargetTableName = target }, cancellation);

    /// <summary>The customers in a table, in order.</summary>
    public async Task<IReadOnlyList<string>> CustomersAsync(string table, CancellationToken cancellation)
    {
        var answer = await dynamo.ScanAsync(new ScanRequest { TableName = table, ConsistentRead = true }, cancellation);
        return [.. answer.Items.Select(item => item["customer_id"].S).Order(StringComparer.Ordinal)];
    }

    public async Task<string?> MarkAsync(string table, CancellationToken cancellation)
    {
        var arn = (await dynamo.DescribeTableAsync(table, cancellation)).Table.TableArn;
        var answer = await dynamo.ListTagsOfResourceAsync(new ListTagsOfResourceRequest { ResourceArn = arn }, cancellation);
        return answer.Tags?.Find(tag => tag.Key == "gdpr-replay")?.Value;
    }

    /// <summary>The table's resource policy; null when it has none.</summary>
    public async Task<string?> PolicyAsync(string table, CancellationToken cancellation)
    {
        var arn = (await dynamo.DescribeTableAsync(table, cancellation)).Table.TableArn;
        try
        {
            return (await dynamo.GetResourcePolicyAsync(new GetResourcePolicyRequest { ResourceArn = arn }, cancellation)).Policy;
        }
        catch (PolicyNotFoundException)
        {
            return null;
        }
    }
}
