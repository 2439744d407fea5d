using System.Text.Json.Nodes;
using ServerlessGdpr.Local.DynamoDb.Backups;

namespace ServerlessGdpr.Local.AwsBackup;

internal sealed class RestoreJob(string id, RecoveryPoint point, string? role, DateTimeOffset createdAt) : Job(id, role, createdAt)
{
    public RecoveryPoint Point => point;

    public override string ResourceType => point.Kind.ResourceType;

    /// <summary>Known when the job is complete.</summary>
    public string? CreatedResourceArn { get; set; }

    public JsonObject Describe()
    {
        var answer = Common();
        answer["RestoreJobId"] = Id;
        answer["RecoveryPointArn"] = point.Arn;
        answer["RecoveryPointCreationDate"] = Epoch.Seconds(point.CreatedAt);
        answer["SourceResourceArn"] = point.ResourceArn;
        answer["BackupVaultArn"] = point.Vault.Arn;
        answer["BackupSizeInBytes"] = point.Size;
        answer["Status"] = State;
        if (CreatedResourceArn is not null) answer[nameof(CreatedResourceArn)] = CreatedResourceArn;
        return answer;
    }

    /// <summary>
    /// What AWS says, down to its oddities: only the creation is a <c>state</c>, nothing is ever done to more than 0 percent, and where the data is
    /// from is missing while the job runs and when it failed.
    /// </summary>
    public JsonObject Event(string status)
    {
        var detail = new JsonObject
        {
            ["restoreJobId"] = Id,
            ["backupVaultArn"] = point.Vault.Arn,
            ["backupSizeInBytes"] = Number(point.Size),
            ["creationDate"] = Instant(CreatedAt),
            ["percentDone"] = 0,
            ["resourceType"] = ResourceType,
            [status is Created ? "state" : "status"] = status,
        };
        if (Role is not null) detail["iamRoleArn"] = Role;
        if (status is not (Running or Failed))
        {
            detail["recoveryPointArn"] = point.Arn;
            detail["sourceResourceArn"] = point.ResourceArn;
        }

        if (CreatedResourceArn is not null) detail["createdResourceArn"] = CreatedResourceArn;
        if (CompletedAt is { } completed) detail["completionDate"] = Instant(completed);
        if (Message is not null) detail["statusMessage"] = Message;
        return detail;
    }
}
