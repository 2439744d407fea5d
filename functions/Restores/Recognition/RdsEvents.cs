using System.Text.RegularExpressions;

namespace ServerlessGdpr.Functions.Restores.Recognition;

/// <summary>RDS's own events: an instance was restored to a point in time (0019) or is being restored from a snapshot (0043). Old shapes have the message only.</summary>
internal static partial class RdsEvents
{
    public static Reading Read(Happening happening)
    {
        var detail = happening.Detail;
        var message = detail.Text("Message") ?? "";
        switch (detail.Text("EventID"))
        {
            case "RDS-EVENT-0019":
            case null when FromInstance().IsMatch(message):
                return PointInTime(happening, message);
            case "RDS-EVENT-0043":
            case null when FromSnapshot().IsMatch(message):
                return Snapshot(happening, message);
            case "RDS-EVENT-0170":
                // A cluster was created. That it was restored, only CloudTrail says, or its name.
                return new(happening.Restore(Announcers.Rds, "rds", AsOf.Unsaid) with { Target = TargetOf(happening, null) }, IgnoredReasons.NotARestore);
            default:
                return new(null, IgnoredReasons.NotARestore);
        }
    }

    private static Reading PointInTime(Happening happening, string message)
    {
        var match = FromInstance().Match(message);
        return new(happening.Restore(Announcers.Rds, "rds", AsOf.Unsaid, happening.Detail.Instant("Date")) with
        {
            Target = TargetOf(happening, match.Success ? match.Groups["target"].Value : null),
            SourceArn = match.Success ? happening.ArnOf("rds", "db:", match.Groups["source"].Value) : null,
        });
    }

    private static Reading Snapshot(Happening happening, string message)
    {
        var target = TargetOf(happening, null);
        var named = FromSnapshot().Match(message) is { Success: true } match ? match.Groups["snapshot"].Value : null;

        // As an event of the snapshot it has the snapshot for its source.
        if (target is null) named ??= happening.Detail.Text("SourceArn") ?? happening.Detail.Text("SourceIdentifier");
        var cluster = Arn.Parse(target?.Arn)?.Resource.StartsWith("cluster:", StringComparison.Ordinal) == true
            || happening.Envelope.DetailType == "RDS DB Cluster Snapshot Event";
        var snapshot = named is null ? null : RdsSnapshot.Of(happening, named, cluster);
        return new(happening.Restore(Announcers.Rds, "rds", snapshot is null ? AsOf.Unsaid : AsOf.ToLookUp(snapshot.LookUp), happening.Detail.Instant("Date")) with
        {
            Target = target,
            SourceArn = snapshot?.SourceArn,
            BackupArn = snapshot?.BackupArn,
            SourceLookUp = snapshot?.SourceArn is null ? snapshot?.LookUp : null,
        });
    }

    /// <summary>The event's source is the restored database, unless it is the snapshot.</summary>
    private static RestoredResource? TargetOf(Happening happening, string? named)
    {
        var detail = happening.Detail;
        var arn = Arn.Parse(detail.Text("SourceArn"))?.ToString();
        if (arn is null && detail.Text("SourceType")?.ToUpperInvariant() is null or "DB_INSTANCE" or "CLUSTER")
            arn = happening.ArnOf("rds", happening.Envelope.DetailType == "RDS DB Cluster Event" ? "cluster:" : "db:", named ?? detail.Text("SourceIdentifier"));
        return Arn.Parse(arn)?.Resource.Split(':')[0] is "db" or "cluster" ? new(arn!, null, InPlace: false) : null;
    }

    [GeneratedRegex(@"^Restored from DB instance (?<source>\S+) to (?<target>\S+?)\.?\s*\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FromInstance();

    [GeneratedRegex(@"^Restored from snapshot (?<snapshot>\S+?)\.?\s*\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FromSnapshot();
}
