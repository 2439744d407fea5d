namespace ServerlessGdpr.Functions.Restores.Recognition;

/// <summary>Calls of the API that bring data back, as CloudTrail reports them: when they start.</summary>
internal static class CloudTrailEvents
{
    public static Reading Read(Happening happening)
    {
        var call = ApiCall.Of(happening);
        if (call.Detail.Text("errorCode") is not null) return new(null, IgnoredReasons.CallFailed);
        return (call.Detail.Text("eventSource"), call.Detail.Text("eventName")) switch
        {
            ("dynamodb.amazonaws.com", "RestoreTableFromBackup") => DynamoDbCalls.FromBackup(call),
            ("dynamodb.amazonaws.com", "RestoreTableToPointInTime") => DynamoDbCalls.ToPointInTime(call),
            ("dynamodb.amazonaws.com", "ImportTable") => DynamoDbCalls.Import(call),
            ("rds.amazonaws.com", "RestoreDBInstanceFromDBSnapshot") => RdsCalls.InstanceFromSnapshot(call),
            ("rds.amazonaws.com", "RestoreDBInstanceToPointInTime") => RdsCalls.InstanceToPointInTime(call),
            ("rds.amazonaws.com", "RestoreDBClusterFromSnapshot") => RdsCalls.ClusterFromSnapshot(call),
            ("rds.amazonaws.com", "RestoreDBClusterToPointInTime") => RdsCalls.ClusterToPointInTime(call),
            ("rds.amazonaws.com", "BacktrackDBCluster") => RdsCalls.Backtrack(call),
            ("rds.amazonaws.com", "RestoreDBInstanceFromS3") => RdsCalls.FromFiles(call, cluster: false),
            ("rds.amazonaws.com", "RestoreDBClusterFromS3") => RdsCalls.FromFiles(call, cluster: true),
            ("redshift.amazonaws.com", "RestoreFromClusterSnapshot") => RedshiftCalls.FromSnapshot(call),
            _ => new(null, IgnoredReasons.NotARestore),
        };
    }
}

/// <summary>One call: what was asked and, where CloudTrail has it, what AWS answered.</summary>
internal sealed record ApiCall(Happening Happening, EventFields Request, EventFields Response)
{
    public EventFields Detail => Happening.Detail;

    public static ApiCall Of(Happening happening) =>
        new(happening, happening.Detail["requestParameters"], happening.Detail["responseElements"]);

    public Restore Restore(string service, AsOf asOf) => Happening.Restore(Announcers.CloudTrail, service, asOf, Detail.Instant("eventTime"));
}
