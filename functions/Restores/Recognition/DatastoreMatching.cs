using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Functions.Restores.Recognition;

/// <summary>Which registered datastores a restore is of, and whether their functions can reach what was restored.</summary>
internal sealed class DatastoreMatching(RestoreScope scope)
{
    /// <summary>
    /// The surest evidence decides alone: where the backup is from; then how backups are recognised; then that it was restored into a registered resource;
    /// then that it has the name of a copy. Several datastores may share one database or bucket.
    /// </summary>
    public IReadOnlyList<string> DatastoresOf(Restore restore)
    {
        var target = restore.Target?.Arn;
        foreach (var names in new[] { At(restore.SourceArn), ByBackup(restore), At(target), ByName(restore) })
        {
            if (names.Count > 0) return names;
        }

        return [];
    }

    /// <summary>The datastores at a location, or of which a restored copy is there.</summary>
    public IReadOnlyList<string> At(string? arn) =>
        arn is null ? [] : [.. Registered(entry => entry.Location == arn).Concat(scope.Lineage(arn)).Distinct()];

    /// <summary>Whatever is restored into a registered bucket comes to lie beside what was written since, wherever it is from.</summary>
    public Restore WithNewerRecords(Restore restore) =>
        restore is { Service: "s3", Target: { InPlace: false } target } && scope.DataMap.Datastores.Any(entry => entry.Location == target.Arn)
            ? restore with { Target = target with { InPlace = true } }
            : restore;

    public bool HasDatastoreIn(string service) => scope.DataMap.Datastores.Any(entry => ServiceOf(entry) == service);

    /// <returns>Why the datastore cannot be replayed into what was restored; null when it can.</returns>
    public string? ObstacleTo(string datastore, Restore restore)
    {
        if (scope.DataMap.Datastores.FirstOrDefault(entry => entry.Name == datastore) is not { } entry) return OperatorReasons.NoLongerRegistered;
        if (restore.Target is not { } target) return OperatorReasons.TargetUnknown;
        if (!scope.HandledKinds.Contains(entry.Kind) || ServiceOf(entry) != Arn.Parse(target.Arn)?.Service) return OperatorReasons.KindNotHandled;
        if (restore.Account != AccountOfRole(entry)) return OperatorReasons.AccountNotReachable;
        if (RegionOf(target, restore) != scope.OwnRegion) return OperatorReasons.RegionNotReachable;
        return target.Arn == entry.Location || entry.HasNameOfCopy(target.Arn) ? null : OperatorReasons.NameNotReachable;
    }

    private List<string> ByBackup(Restore restore) =>
        Registered(entry => entry.Backups is { } backups
            && backups.Arns.Any(pattern => Matches(pattern, restore.BackupArn) || Matches(pattern, restore.SourceArn)));

    private List<string> ByName(Restore restore) =>
        restore.Target is { } target ? Registered(entry => ServiceOf(entry) == Arn.Parse(target.Arn)?.Service && entry.HasNameOfCopy(target.Arn)) : [];

    private List<string> Registered(Func<DatastoreEntry, bool> condition) => [.. scope.DataMap.Datastores.Where(condition).Select(entry => entry.Name)];

    /// <summary>A function works in its own account, or in the one account of the role it assumes.</summary>
    private string AccountOfRole(DatastoreEntry entry) => Arn.Parse(entry.Role)?.Account ?? scope.OwnAccount;

    /// <summary>A bucket's ARN names no region: it was restored where its restore is told of.</summary>
    private static string RegionOf(RestoredResource target, Restore restore) => Arn.Parse(target.Arn) is { Region: { Length: > 0 } region } ? region : restore.Region;

    private static bool Matches(string? pattern, string? text) => pattern is { Length: > 0 } && text is not null && Wildcard.Matches(pattern, text);

    private static string? ServiceOf(DatastoreEntry entry) => Arn.Parse(entry.Location)?.Service;
}
