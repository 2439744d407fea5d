using System.Text.Json.Nodes;
using ServerlessGdpr.Local.DynamoDb.Backups;

namespace ServerlessGdpr.Local.AwsBackup;

internal sealed class BackupJob(string id, Vault vault, string resourceArn, IBackupKind kind, string role, DateTimeOffset createdAt) : Job(id, role, createdAt)
{
    public Vault Vault => vault;

    public string ResourceArn => resourceArn;

    public IBackupKind Kind => kind;

    public override string ResourceType => kind.ResourceType;

    /// <summary>Known once the content has been taken.</summary>
    public TakenBackup? Taken { get; set; }

    public JsonObject Describe()
    {
        var answer = Common();
        answer["BackupJobId"] = Id;
        answer["BackupVaultName"] = vault.Name;
        answer["BackupVaultArn"] = vault.Arn;
        answer[nameof(ResourceArn)] = resourceArn;
        answer[nameof(State)] = State;
        if (Taken is null) return answer;
        answer["RecoveryPointArn"] = Taken.RecoveryPointArn;
        answer["BackupSizeInBytes"] = Taken.Size;
        answer["BytesTransferred"] = Taken.Size;
        answer["InitiationDate"] = Epoch.Seconds(Taken.At);
        return answer;
    }

    public JsonObject Event(string state)
    {
        var detail = new JsonObject
        {
            ["backupJobId"] = Id,
            ["backupSizeInBytes"] = Number(Taken?.Size ?? 0),
            ["backupVaultArn"] = vault.Arn,
            ["backupVaultName"] = vault.Name,
            ["bytesTransferred"] = Number(Taken?.Size ?? 0),
            ["creationDate"] = Instant(CreatedAt),
            ["iamRoleArn"] = Role,
            ["resourceArn"] = resourceArn,
            ["resourceType"] = ResourceType,
            ["state"] = state,
        };
        if (CompletedAt is { } completed) detail["completionDate"] = Instant(completed);
        if (Message is not null) detail["statusMessage"] = Message;
        return detail;
    }
}
