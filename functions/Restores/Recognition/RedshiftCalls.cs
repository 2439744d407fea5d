namespace ServerlessGdpr.Functions.Restores.Recognition;

/// <summary>Redshift restores into a new cluster. What it is from the call says, unless the name of the snapshot is enough for AWS.</summary>
internal static class RedshiftCalls
{
    private const string Service = "redshift", Cluster = "cluster:";

    public static Reading FromSnapshot(ApiCall call)
    {
        var source = call.Request.Text("snapshotClusterIdentifier");
        var snapshot = call.Request.Text("snapshotIdentifier");
        var target = call.Happening.ArnOf(Service, Cluster, call.Request.Text("clusterIdentifier"));
        return new(call.Restore(Service, AsOf.Unsaid) with
        {
            Target = target is null ? null : new(target, null, InPlace: false),
            SourceArn = call.Happening.ArnOf(Service, Cluster, source),
            BackupArn = call.Request.Text("snapshotArn") ?? call.Happening.ArnOf(Service, $"snapshot:{source ?? "*"}/", snapshot),
        });
    }
}
