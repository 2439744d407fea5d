using System.Text.Json.Nodes;
using ServerlessGdpr.Local.DynamoDb.Backups;

namespace ServerlessGdpr.Local.AwsBackup;

/// <param name="CreatedAt">The instant its content is from.</param>
/// <param name="Kind">What can restore it.</param>
internal sealed record RecoveryPoint(
    string Arn, Vault Vault, string ResourceArn, IBackupKind Kind, string? Role, DateTimeOffset CreatedAt, DateTimeOffset CompletedAt, long Size)
{
    public JsonObject Describe()
    {
        var answer = new JsonObject
        {
            ["RecoveryPointArn"] = Arn,
            ["BackupVaultName"] = Vault.Name,
            ["BackupVaultArn"] = Vault.Arn,
            [nameof(ResourceArn)] = ResourceArn,
            ["ResourceType"] = Kind.ResourceType,
            ["Status"] = "COMPLETED",
            ["CreationDate"] = Epoch.Seconds(CreatedAt),
            ["CompletionDate"] = Epoch.Seconds(CompletedAt),
            ["BackupSizeInBytes"] = Size,
            ["IsEncrypted"] = false,
            ["IsParent"] = false,
        };
        if (Role is not null) answer["IamRoleArn"] = Role;
        return answer;
    }
}
