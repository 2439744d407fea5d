namespace ServerlessGdpr.Local.Rds;

/// <summary>A kind of resource that is described.</summary>
/// <param name="List">As answers and fixtures name it.</param>
/// <param name="Item">One of the list.</param>
/// <param name="Filters">The parameters of its operation, each with the members that it may equal.</param>
/// <param name="Missing">The error when the first filter finds nothing.</param>
internal sealed record RdsKind(string List, string Item, IReadOnlyList<RdsFilter> Filters, string Missing)
{
    public static IReadOnlyList<RdsKind> All { get; } =
    [
        new("DBInstances", "DBInstance", [new("DBInstanceIdentifier", "DBInstanceArn")], "DBInstanceNotFound"),
        new(
            "DBSnapshots",
            "DBSnapshot",
            [new("DBSnapshotIdentifier", "DBSnapshotArn"), new("DBInstanceIdentifier"), new("DbiResourceId"), new("SnapshotType")],
            "DBSnapshotNotFound"),
        new("DBClusters", "DBCluster", [new("DBClusterIdentifier", "DBClusterArn")], "DBClusterNotFoundFault"),
        new(
            "DBClusterSnapshots",
            "DBClusterSnapshot",
            [new("DBClusterSnapshotIdentifier", "DBClusterSnapshotArn"), new("DBClusterIdentifier"), new("SnapshotType")],
            "DBClusterSnapshotNotFoundFault"),
    ];

    public string Operation => $"Describe{List}";
}

/// <param name="Arn">The member whose ARN may be given instead.</param>
internal sealed record RdsFilter(string Name, string? Arn = null);
