using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Requests;

namespace ServerlessGdpr.Functions.Restores.Recognition;

/// <summary>What decides whether a restore concerns this system.</summary>
public sealed record RestoreScope
{
    public required DataMap DataMap { get; init; }

    /// <summary>The account this system runs in.</summary>
    public required string OwnAccount { get; init; }

    /// <summary>The region this system runs in: its functions and its workflow reach resources there only.</summary>
    public required string OwnRegion { get; init; }

    /// <summary>Other accounts whose restores are cleaned from here.</summary>
    public IReadOnlyCollection<string> AllowedAccounts { get; init; } = [];

    /// <summary>The kinds of datastore that can be replayed.</summary>
    public IReadOnlyCollection<string> HandledKinds { get; init; } = ["dynamodb", "s3"];

    /// <summary>The datastores that a resource is a restored copy of, as registered since: copies count as the datastore itself.</summary>
    public Func<string, IReadOnlyList<string>> Lineage { get; init; } = _ => [];
}

/// <summary>Tells from the events of the default bus what was restored. Pure: what an event leaves open becomes a <see cref="LookUp"/>.</summary>
public sealed class RestoreEvents(RestoreScope scope)
{
    private readonly DatastoreMatching matching = new(scope);

    /// <param name="receivedAt">Stands in where an event does not say when it happened.</param>
    /// <returns>One notice for each datastore concerned, or one alone that says why there is none.</returns>
    public IReadOnlyList<RestoreNotice> Recognise(EventEnvelope envelope, DateTimeOffset receivedAt)
    {
        var happening = Happening.Of(envelope, scope.OwnAccount, receivedAt);
        if (happening.Account != scope.OwnAccount && !scope.AllowedAccounts.Contains(happening.Account)) return [new Ignored(IgnoredReasons.ForeignAccount)];

        return (envelope.Source, envelope.DetailType) switch
        {
            ("aws.backup", "Restore Job State Change") => Conclude(AwsBackupEvents.Read(happening)),
            ("aws.rds", "RDS DB Instance Event" or "RDS DB Snapshot Event" or "RDS DB Cluster Event" or "RDS DB Cluster Snapshot Event") => Conclude(RdsEvents.Read(happening)),
            ("aws.dynamodb" or "aws.rds" or "aws.redshift", "AWS API Call via CloudTrail") => Conclude(CloudTrailEvents.Read(happening)),
            ("aws.s3", "Object Restore Completed") => ObjectThaws.Read(happening, matching),
            _ => [new Ignored(IgnoredReasons.NotARestore)],
        };
    }

    /// <summary>Decides about a restore that was found without an event.</summary>
    public IReadOnlyList<RestoreNotice> Recognise(Restore found) => Conclude(new(found));

    /// <summary>Decides about a restore whose source was looked up (<see cref="SourceToLookUp"/>).</summary>
    /// <param name="sourceArn">Null where AWS does not know it either.</param>
    public IReadOnlyList<RestoreNotice> Attribute(Restore restore, string? sourceArn) =>
        Conclude(new(restore with { SourceArn = Arn.WithoutParts(sourceArn), SourceLookUp = null }));

    private IReadOnlyList<RestoreNotice> Conclude(Reading reading)
    {
        if (reading.Restore is not { } read) return [new Ignored(reading.Ignored!)];

        var restore = matching.WithNewerRecords(read);
        var datastores = matching.DatastoresOf(restore);
        if (datastores.Count > 0) return [.. datastores.Select(name => Decide(name, restore, reading.Doubt))];
        if (reading.Ignored is { } reason) return [new Ignored(reason)];
        if (restore.SourceArn is not null || !matching.HasDatastoreIn(restore.Service)) return [new Ignored(IgnoredReasons.NotRegistered)];
        return restore.SourceLookUp is { } lookUp
            ? [new SourceToLookUp(lookUp, restore)]
            : [new NeedsOperator(reading.Doubt ?? OperatorReasons.SourceUnknown, null, restore)];
    }

    private RestoreNotice Decide(string datastore, Restore restore, string? doubt)
    {
        var obstacle = doubt ?? matching.ObstacleTo(datastore, restore);
        return obstacle is null ? new Announced(datastore, restore) : new NeedsOperator(obstacle, datastore, restore);
    }
}

/// <summary>What one event says, before anyone asked whose data it is.</summary>
/// <param name="Restore">Null where there is none.</param>
/// <param name="Ignored">Why the event is ignored: always without a restore; with one, unless it belongs to a registered datastore.</param>
/// <param name="Doubt">Why an operator must look at it, if it belongs to a registered datastore.</param>
internal sealed record Reading(Restore? Restore, string? Ignored = null, string? Doubt = null);
