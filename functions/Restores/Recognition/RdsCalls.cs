namespace ServerlessGdpr.Functions.Restores.Recognition;

/// <summary>
/// Restores of RDS and Aurora, as CloudTrail has them. Neptune and DocumentDB use the same API. The spelling of its fields is CloudTrail's own
/// (<c>dBInstanceIdentifier</c>, but <c>dbiResourceId</c>).
/// </summary>
internal static class RdsCalls
{
    private const string Service = "rds", Instance = "db:", Cluster = "cluster:";

    public static Reading InstanceFromSnapshot(ApiCall call)
    {
        var ofCluster = call.Request.Text("dBClusterSnapshotIdentifier");
        return FromSnapshot(call, InstanceTarget(call, "dBInstanceIdentifier"), call.Request.Text("dBSnapshotIdentifier") ?? ofCluster, ofCluster is not null);
    }

    public static Reading ClusterFromSnapshot(ApiCall call) => FromSnapshot(call, ClusterTarget(call), call.Request.Text("snapshotIdentifier"), cluster: true);

    public static Reading InstanceToPointInTime(ApiCall call)
    {
        var source = call.Happening.ArnOf(Service, Instance, call.Request.Text("sourceDBInstanceIdentifier"));
        var backup = call.Request.Text("sourceDBInstanceAutomatedBackupsArn");
        return new(call.Restore(Service, PointInTime(call, "restoreTime")) with
        {
            Target = InstanceTarget(call, "targetDBInstanceIdentifier"),
            SourceArn = source,
            BackupArn = backup,
            SourceLookUp = source is null && (backup ?? call.Request.Text("sourceDbiResourceId")) is { } id ? new(LookUpAction.DescribeDBInstanceAutomatedBackups, id) : null,
        });
    }

    public static Reading ClusterToPointInTime(ApiCall call)
    {
        var source = call.Happening.ArnOf(Service, Cluster, call.Request.Text("sourceDBClusterIdentifier"));
        return new(call.Restore(Service, PointInTime(call, "restoreToTime")) with
        {
            Target = ClusterTarget(call),
            SourceArn = source,
            SourceLookUp = source is null && call.Request.Text("sourceDbClusterResourceId") is { } id ? new(LookUpAction.DescribeDBClusterAutomatedBackups, id) : null,
        });
    }

    /// <summary>Aurora rewinds the cluster itself; there is no other.</summary>
    public static Reading Backtrack(ApiCall call)
    {
        var name = call.Request.Text("dBClusterIdentifier");
        var cluster = call.Happening.ArnOf(Service, Cluster, name);
        var job = call.Response.Text("backtrackIdentifier");

        // With this flag the instant that was asked for is not always the one that was reached.
        var stated = call.Request.Flag("useEarliestTimeOnPointInTimeUnavailable") ? call.Response.Instant("backtrackTo") : call.Request.Instant("backtrackTo");
        var asOf = stated is { } at ? AsOf.Known(at, AsOfConfidence.Stated)
            : job is null ? AsOf.Unsaid
            : AsOf.ToLookUp(new(LookUpAction.DescribeDBClusterBacktracks, $"{name}/{job}"));
        return new(call.Restore(Service, asOf) with
        {
            Target = cluster is null ? null : new(cluster, null, InPlace: true),
            SourceArn = cluster,
            JobId = job,
        });
    }

    /// <summary>From files in S3 that something else wrote: only the name tells whose data it is.</summary>
    public static Reading FromFiles(ApiCall call, bool cluster) => new(
        call.Restore(Service, AsOf.Unsaid) with
        {
            Target = cluster ? ClusterTarget(call) : InstanceTarget(call, "dBInstanceIdentifier"),
            BackupArn = call.Request.Text("s3BucketName") is { } bucket ? Arn.OfS3(call.Happening.Region, $"{bucket}/{call.Request.Text("s3Prefix")}") : null,
        },
        IgnoredReasons.NotRegistered);

    private static Reading FromSnapshot(ApiCall call, RestoredResource? target, string? named, bool cluster)
    {
        var snapshot = named is null ? null : RdsSnapshot.Of(call.Happening, named, cluster);
        return new(call.Restore(Service, snapshot is null ? AsOf.Unsaid : AsOf.ToLookUp(snapshot.LookUp)) with
        {
            Target = target,
            SourceArn = snapshot?.SourceArn,
            BackupArn = snapshot?.BackupArn,
            SourceLookUp = snapshot?.SourceArn is null ? snapshot?.LookUp : null,
        });
    }

    /// <summary>RDS describes no restored database with the instant it was restored to: where the call does not state one, nobody knows.</summary>
    private static AsOf PointInTime(ApiCall call, string field) =>
        !call.Request.Flag("useLatestRestorableTime") && call.Request.Instant(field) is { } stated ? AsOf.Known(stated, AsOfConfidence.Stated) : AsOf.Unsaid;

    private static RestoredResource? InstanceTarget(ApiCall call, string field) =>
        (call.Response.Text("dBInstanceArn") ?? call.Happening.ArnOf(Service, Instance, call.Request.Text(field))) is { } arn
            ? new(arn, call.Response.Text("dbiResourceId"), InPlace: false)
            : null;

    private static RestoredResource? ClusterTarget(ApiCall call) =>
        (call.Response.Text("dBClusterArn") ?? call.Happening.ArnOf(Service, Cluster, call.Request.Text("dBClusterIdentifier"))) is { } arn
            ? new(arn, call.Response.Text("dbClusterResourceId"), InPlace: false)
            : null;
}
