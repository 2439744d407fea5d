namespace ServerlessGdpr.Functions.Restores;

/// <summary>A question to AWS that an event leaves open.</summary>
public enum LookUpAction
{
    /// <summary><c>backup:describeRestoreJob</c>: RecoveryPointCreationDate, SourceResourceArn.</summary>
    DescribeRestoreJob,

    /// <summary><c>dynamodb:describeBackup</c>: BackupCreationDateTime.</summary>
    DescribeBackup,

    /// <summary><c>dynamodb:describeTable</c> of the restored table: RestoreSummary.RestoreDateTime.</summary>
    DescribeTable,

    /// <summary><c>rds:describeDBSnapshots</c>: OriginalSnapshotCreateTime (SnapshotCreateTime changes when it is copied), DBInstanceIdentifier.</summary>
    DescribeDBSnapshots,

    /// <summary><c>rds:describeDBClusterSnapshots</c>: SnapshotCreateTime, DBClusterIdentifier.</summary>
    DescribeDBClusterSnapshots,

    /// <summary><c>rds:describeDBClusterBacktracks</c> of <c>{cluster}/{backtrack}</c>: BacktrackTo.</summary>
    DescribeDBClusterBacktracks,

    /// <summary><c>rds:describeDBInstanceAutomatedBackups</c>, by ARN or by DbiResourceId: DBInstanceArn.</summary>
    DescribeDBInstanceAutomatedBackups,

    /// <summary><c>rds:describeDBClusterAutomatedBackups</c>, by DbClusterResourceId: DBClusterArn.</summary>
    DescribeDBClusterAutomatedBackups,
}

/// <param name="Argument">The id, name or ARN to describe.</param>
public sealed record LookUp(LookUpAction Action, string Argument)
{
    /// <summary>Each once, in an order that does not depend on who asked first.</summary>
    internal static IReadOnlyList<LookUp> Union(IEnumerable<LookUp> one, IEnumerable<LookUp> other) =>
        [.. one.Union(other).OrderBy(lookUp => lookUp.Action).ThenBy(lookUp => lookUp.Argument, StringComparer.Ordinal)];
}
