namespace ServerlessGdpr.Functions.Restores.Recognition;

/// <summary>
/// AWS Backup's restore jobs. The end of a job is told by <c>status</c>; <c>state</c> is only its creation's. <c>percentDone</c> is 0 at the end, and the envelope's
/// <c>resources</c> name the recovery point, so neither is read.
/// </summary>
internal static class AwsBackupEvents
{
    /// <summary>In these ARNs stands a span of time rather than an instant.</summary>
    private const string ContinuousRecoveryPoint = ":recovery-point:continuous:";

    public static Reading Read(Happening happening)
    {
        var detail = happening.Detail;
        var doubt = default(string);
        var source = Arn.WithoutParts(detail.Text("sourceResourceArn"));
        var created = detail.Text("createdResourceArn");
        var service = Arn.Parse(created ?? source)?.Service ?? ServiceOf(detail.Text("resourceType"));
        switch ((detail.Text("status") ?? detail.Text("state"))?.ToUpperInvariant())
        {
            case "COMPLETED":
                break;
            case "CREATED" or "PENDING" or "RUNNING":
                return new(null, IgnoredReasons.Unfinished);
            case "FAILED" or "ABORTED" when !IsObjectByObject(service):
                return new(null, IgnoredReasons.Failed);
            case "FAILED" or "ABORTED":
                break;
            default:
                doubt = OperatorReasons.StatusUnknown;
                break;
        }

        var job = detail.Text("restoreJobId");
        var recoveryPoint = detail.Text("recoveryPointArn");
        return new(
            happening.Restore(Announcers.AwsBackup, service, AsOfOf(job, recoveryPoint), detail.Instant("creationDate")) with
            {
                Target = created is null ? null : new(created, null, InPlace: created == source && !IsAlwaysNew(service)),
                SourceArn = source,
                BackupArn = recoveryPoint,
                JobId = job,
                SourceLookUp = source is null && job is not null ? new(LookUpAction.DescribeRestoreJob, job) : null,

                // Events and descriptions of a job say it in different places.
                IsRestoreTest = (detail.Text("restoreTestingPlanArn") ?? detail["createdBy"].Text("restoreTestingPlanArn")) is not null,
            },
            Doubt: doubt);
    }

    /// <summary>The job's own dates say nothing of the backup. What a continuous backup was restored to, the job does not tell either.</summary>
    private static AsOf AsOfOf(string? job, string? recoveryPoint) =>
        job is null || recoveryPoint?.Contains(ContinuousRecoveryPoint, StringComparison.Ordinal) == true
            ? AsOf.Unsaid
            : AsOf.ToLookUp(new(LookUpAction.DescribeRestoreJob, job));

    /// <summary>AWS does not say that a job which ends early takes back the objects it wrote. Of a table or a database there is nothing then.</summary>
    private static bool IsObjectByObject(string service) => service == "s3";

    /// <summary>A table or database under its source's name took that one's place after it was deleted.</summary>
    private static bool IsAlwaysNew(string service) => service is "dynamodb" or "rds";

    private static string ServiceOf(string? resourceType) => resourceType?.ToUpperInvariant() switch
    {
        "DYNAMODB" => "dynamodb",
        "RDS" or "AURORA" or "NEPTUNE" or "DOCUMENTDB" => "rds",
        "S3" => "s3",
        "EFS" => "elasticfilesystem",
        { } other => other.ToLowerInvariant(),
        null => "",
    };
}
