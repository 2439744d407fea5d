using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Infra.Constructs;

/// <summary>They select what may tell of a restore. Whether it does the function decides, and records why not: a pattern lets events vanish.</summary>
internal static class RestoreRules
{
    /// <summary>The sources of <see cref="OfRestores"/>.</summary>
    public static readonly string[] Sources = ["aws.backup", "aws.dynamodb", "aws.rds", "aws.redshift"];

    private const string Call = "AWS API Call via CloudTrail";

    /// <summary>Of what happens anywhere.</summary>
    public static IEnumerable<EventRule> OfRestores()
    {
        // Of any status: one that AWS adds must not vanish, and failed and unfinished jobs are ignored with a reason.
        yield return Rule("BackupJobs", "AWS Backup's restore jobs", ["aws.backup"], ["Restore Job State Change"]);
        yield return Rule(
            "DatabaseEvents",
            "RDS: databases that were restored, or created as clusters are",
            ["aws.rds"],
            ["RDS DB Cluster Event", "RDS DB Cluster Snapshot Event", "RDS DB Instance Event", "RDS DB Snapshot Event"],
            new()
            {
                // Old shapes have no id, only a message.
                ["EventID"] = new object[] { "RDS-EVENT-0019", "RDS-EVENT-0043", "RDS-EVENT-0170", new Dictionary<string, object> { ["exists"] = false } },
            });
        yield return Calls("TableCalls", "Calls that restore or import DynamoDB tables", "dynamodb", "ImportTable", "RestoreTableFromBackup", "RestoreTableToPointInTime");
        yield return Calls(
            "DatabaseCalls",
            "Calls that restore or rewind databases",
            "rds",
            "BacktrackDBCluster",
            "RestoreDBClusterFromS3",
            "RestoreDBClusterFromSnapshot",
            "RestoreDBClusterToPointInTime",
            "RestoreDBInstanceFromDBSnapshot",
            "RestoreDBInstanceFromS3",
            "RestoreDBInstanceToPointInTime");
        yield return Calls("WarehouseCalls", "Calls that restore Redshift clusters", "redshift", "RestoreFromClusterSnapshot");
    }

    /// <summary>With those of registered buckets, which name objects and are never forwarded.</summary>
    public static IEnumerable<EventRule> All(DataMap map)
    {
        foreach (var rule in OfRestores()) yield return rule;

        string[] buckets = [.. map.Datastores.Where(entry => entry.Kind == "s3").Select(entry => entry.Location.Split(":::")[^1]).Distinct()];
        if (buckets.Length == 0) yield break;
        yield return Rule("Thaws", "Archived objects of registered buckets that can be read for a while", ["aws.s3"], ["Object Restore Completed"], new()
        {
            ["bucket"] = new Dictionary<string, object> { ["name"] = buckets },
        });
    }

    private static EventRule Calls(string id, string description, string service, params string[] names) =>
        Rule(id, description, [$"aws.{service}"], [Call], new()
        {
            ["eventSource"] = EventRule.OneOf($"{service}.amazonaws.com"),
            ["eventName"] = names,
        });

    private static EventRule Rule(string id, string description, string[] sources, string[] detailTypes, Dictionary<string, object>? detail = null)
    {
        var pattern = new Dictionary<string, object> { ["source"] = sources, ["detail-type"] = detailTypes };
        if (detail is not null) pattern["detail"] = detail;
        return new(id, description, null, pattern);
    }
}
