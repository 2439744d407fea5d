namespace ServerlessGdpr.Functions.Restores.Recognition;

/// <summary>DynamoDB announces its restores by CloudTrail only. The target is always a new table.</summary>
internal static class DynamoDbCalls
{
    private const string Service = "dynamodb", Table = "table/";

    public static Reading FromBackup(ApiCall call)
    {
        var backup = call.Request.Text("backupArn");
        var summary = call.Response["tableDescription"]["restoreSummary"];
        return new(call.Restore(Service, backup is null ? AsOf.Unsaid : AsOf.ToLookUp(new(LookUpAction.DescribeBackup, backup))) with
        {
            Target = Target(call, call.Request.Text("targetTableName"), call.Response["tableDescription"]),

            // The ARN of a backup begins with its table's.
            SourceArn = Arn.WithoutParts(summary.Text("sourceTableArn") ?? backup),
            BackupArn = backup,
        });
    }

    public static Reading ToPointInTime(ApiCall call)
    {
        var target = Target(call, call.Request.Text("targetTableName"), call.Response["tableDescription"]);
        return new(call.Restore(Service, PointInTime(call, target)) with
        {
            Target = target,
            SourceArn = Arn.WithoutParts(call.Happening.ArnOf(Service, Table, call.Request.Text("sourceTableArn") ?? call.Request.Text("sourceTableName"))),
        });
    }

    /// <summary>From files in S3: what they were exported from, only their name or the table's can tell.</summary>
    public static Reading Import(ApiCall call)
    {
        var files = call.Request["s3BucketSource"];
        var description = call.Response["importTableDescription"];
        return new(
            call.Restore(Service, AsOf.Unsaid) with
            {
                Target = Target(call, call.Request["tableCreationParameters"].Text("tableName"), description),
                BackupArn = files.Text("s3Bucket") is { } bucket ? Arn.OfS3(call.Happening.Region, $"{bucket}/{files.Text("s3KeyPrefix")}") : null,
                JobId = Arn.Parse(description.Text("importArn"))?.Resource.Split('/')[^1],
            },
            IgnoredReasons.NotRegistered);
    }

    /// <summary>An instant that cannot be read, or the latest possible one: the restored table knows what it was restored to.</summary>
    private static AsOf PointInTime(ApiCall call, RestoredResource? target)
    {
        if (!call.Request.Flag("useLatestRestorableTime") && call.Request.Instant("restoreDateTime") is { } stated) return AsOf.Known(stated, AsOfConfidence.Stated);
        return target is null ? AsOf.Unsaid : AsOf.ToLookUp(new(LookUpAction.DescribeTable, target.Arn));
    }

    private static RestoredResource? Target(ApiCall call, string? name, EventFields description) =>
        (description.Text("tableArn") ?? call.Happening.ArnOf(Service, Table, name)) is { } arn ? new(arn, description.Text("tableId"), InPlace: false) : null;
}
