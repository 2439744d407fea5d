using System.Text.RegularExpressions;
using ServerlessGdpr.Functions.Datastores.DynamoDb;
using ServerlessGdpr.Functions.Datastores.S3;
using ServerlessGdpr.Functions.Datastores.S3Logs;
using ServerlessGdpr.Functions.Restores;

namespace ServerlessGdpr.Functions.Datastores;

/// <summary>What a data map must fulfil beyond its JSON Schema. Every error names the entry it is about.</summary>
public static partial class DataMapRules
{
    /// <summary>The most datastores one workflow carries: an inline Map's results have to fit into its state.</summary>
    public const int MaxDatastores = 45;

    private static readonly string[] Formats = ["raw", "sha1", "md5", "sha256"];

    public static IReadOnlyList<string> Validate(DataMap map) =>
    [
        .. map.Datastores.Count > MaxDatastores ? [$"The data map has {map.Datastores.Count} datastores; at most {MaxDatastores} are possible."] : Array.Empty<string>(),
        .. map.Datastores.GroupBy(entry => entry.Name, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => $"{group.Key}: the name is used {group.Count()} times."),
        .. map.Datastores.SelectMany(entry => Entry(map, entry).Select(error => $"{entry.Name}: {error}")),
        .. Cycles(map),
    ];

    private static IEnumerable<string> Entry(DataMap map, DatastoreEntry entry)
    {
        if (!EntryName().IsMatch(entry.Name)) yield return "the name must be lower-case letters, digits and hyphens, begin with a letter, and have at most 40 characters.";
        foreach (var other in entry.After.Where(other => map.Datastores.All(known => known.Name != other))) yield return $"it comes after {other}, which is not in the data map.";
        if (entry.BackupRetentionDays < 0) yield return "backupRetentionDays must not be negative.";
        if (entry.MaxConcurrency < 1) yield return "maxConcurrency must be at least 1.";
        if (entry.IndexPauseSeconds < 1) yield return "indexPauseSeconds must be at least 1.";
        if (entry.Keys.Count == 0) yield return "it maps no identity type to its keys.";
        foreach (var mapping in entry.Keys)
        {
            if (!map.IdentityTypes.ContainsKey(mapping.IdentityType)) yield return $"{mapping.IdentityType} is not among the data map's identityTypes.";
            if (!Formats.Contains(mapping.Format, StringComparer.Ordinal)) yield return $"{mapping.IdentityType} has the unknown format {mapping.Format}.";
        }

        var ofKind = entry.Kind switch
        {
            "dynamodb" => DynamoDbRules.Validate(entry),
            "s3" => S3Rules.Validate(entry),
            "s3-logs" => S3LogsRules.Validate(entry),
            _ => [$"the kind {entry.Kind} is unknown."],
        };
        foreach (var error in ofKind.Concat(Action(entry)).Concat(entry.Exemptions.SelectMany(Exemption)).Concat(Copies(map, entry))) yield return error;
    }

    /// <summary>The pattern is what a datastore's role reaches beside the datastore itself: it must not be everything, nor somebody else's.</summary>
    private static IEnumerable<string> Copies(DataMap map, DatastoreEntry entry)
    {
        if (entry.Backups?.RestoredNamePattern is not { } pattern) yield break;
        if (!NamePattern().IsMatch(pattern))
        {
            yield return "backups.restoredNamePattern must begin with at least 3 characters of the name; '*' and '?' stand for others.";
            yield break;
        }

        foreach (var other in map.Datastores.Where(other => entry.HasNameOfCopy(other.Location) && Service(other) == Service(entry)))
            yield return $"backups.restoredNamePattern is also the name of {other.Name}, which is registered.";
    }

    private static string? Service(DatastoreEntry entry) => Arn.Parse(entry.Location)?.Service;

    private static IEnumerable<string> Action(DatastoreEntry entry)
    {
        var action = entry.Action;
        if (action.Kind is not (ErasureAction.Delete or ErasureAction.Anonymise or ErasureAction.Expire)) yield return $"the action {action.Kind} is unknown.";
        if (action.Kind == ErasureAction.Delete && action.Fields.Count > 0) yield return "deleting takes no fields.";
        if (action.Kind == ErasureAction.Expire && action.Fields.Count > 0) yield return "expiring takes no fields.";
        if (action.Kind == ErasureAction.Expire && entry.Kind != "s3-logs") yield return "only logs expire.";
        if (action.Kind == ErasureAction.Anonymise && action.Fields.Count == 0) yield return "anonymising needs fields.";
        foreach (var exemption in entry.Exemptions.Where(exemption => action.Fields.ContainsKey(exemption.Field)))
            yield return $"{exemption.Field} decides an exemption and must not be anonymised.";
        if (entry.RecordTime is { } time && action.Fields.ContainsKey(time)) yield return $"{time} is the recordTime and must not be anonymised.";
    }

    private static IEnumerable<string> Exemption(Exemption exemption)
    {
        if (string.IsNullOrWhiteSpace(exemption.Reason)) yield return "an exemption has no reason.";
        if (string.IsNullOrWhiteSpace(exemption.Field)) yield return "an exemption has no field.";
        if (exemption.KeepDays < 1) yield return "an exemption's keepDays must be at least 1.";
    }

    private static IEnumerable<string> Cycles(DataMap map)
    {
        var known = map.Datastores.Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
        if (map.Datastores.Any(entry => !entry.After.All(known.Contains))) return [];
        return Waves.Unreachable(map).Select(name => $"{name}: it comes after itself, by way of others or at once.");
    }

    [GeneratedRegex(@"^[a-z][a-z0-9-]{0,39}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EntryName();

    [GeneratedRegex(@"^[A-Za-z0-9_.-]{3}[A-Za-z0-9_.*?-]{0,252}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamePattern();
}
