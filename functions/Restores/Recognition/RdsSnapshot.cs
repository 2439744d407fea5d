using System.Text.RegularExpressions;

namespace ServerlessGdpr.Functions.Restores.Recognition;

/// <summary>A snapshot of a database instance or cluster, and what its name tells.</summary>
internal sealed partial record RdsSnapshot(string BackupArn, string? SourceArn, LookUp LookUp)
{
    private const string OfInstance = "snapshot:", OfCluster = "cluster-snapshot:";

    /// <param name="nameOrArn">RDS takes and reports either. A name alone does not say whether it is an instance's.</param>
    public static RdsSnapshot Of(Happening happening, string nameOrArn, bool cluster)
    {
        var ofCluster = Arn.Parse(nameOrArn) is { } arn ? arn.Resource.StartsWith(OfCluster, StringComparison.Ordinal) : cluster;
        var backup = Arn.Parse(happening.ArnOf("rds", ofCluster ? OfCluster : OfInstance, nameOrArn))!;

        // RDS names its own snapshots after the database; of others only RDS knows it.
        var automatic = Automatic().Match(backup.Name);
        var isShared = backup.Account != happening.Account || backup.Region != happening.Region;
        return new(
            backup.ToString(),
            automatic.Success ? (backup with { Resource = (ofCluster ? "cluster:" : "db:") + automatic.Groups["source"].Value }).ToString() : null,
            new(ofCluster ? LookUpAction.DescribeDBClusterSnapshots : LookUpAction.DescribeDBSnapshots, isShared ? backup.ToString() : backup.Name));
    }

    [GeneratedRegex(@"^rds:(?<source>.+)-[0-9]{4}(-[0-9]{2}){4}\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Automatic();
}
