using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Functions.Restores.Recognition;

namespace ServerlessGdpr.Functions.Datastores;

/// <summary>Restored copies of a datastore are told by their names, so that its role can be held to them before they exist.</summary>
public static class CopyNames
{
    extension(DatastoreEntry entry)
    {
        /// <summary>The ARN that all copies have, as IAM writes patterns: the registered one's with another name. Null where no copy can be reached.</summary>
        public string? CopyArnPattern =>
            entry.Backups?.RestoredNamePattern is { Length: > 0 } pattern ? LocationWithoutName(entry) + pattern : null;

        /// <summary>Whether the last part of an ARN, whatever stands before it, is the name of a copy.</summary>
        public bool HasNameOfCopy(string? arn) =>
            entry.Backups?.RestoredNamePattern is { Length: > 0 } pattern && Arn.Parse(arn)?.Name is { } name && Wildcard.Matches(pattern, name);

        /// <summary>Whether an ARN is that of a copy as the datastore's role reaches it: of the same service, region and account, and nothing below a resource.</summary>
        public bool MayBeCopy(string arn)
        {
            var prefix = LocationWithoutName(entry);
            return arn.StartsWith(prefix, StringComparison.Ordinal) && !arn.AsSpan(prefix.Length).ContainsAny('/', ':') && HasNameOfCopy(entry, arn);
        }
    }

    private static string LocationWithoutName(DatastoreEntry entry) =>
        Arn.Parse(entry.Location) is { } location ? entry.Location[..^location.Name.Length] : throw new DataMapInvalid($"{entry.Name}: the location is no ARN.");
}
