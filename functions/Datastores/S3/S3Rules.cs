using System.Text.RegularExpressions;

namespace ServerlessGdpr.Functions.Datastores.S3;

/// <summary>What an entry of kind <c>s3</c> must fulfil.</summary>
internal static partial class S3Rules
{
    public static IEnumerable<string> Validate(DatastoreEntry entry)
    {
        if (!BucketArn.IsValid(entry.Location)) yield return "the location must be the ARN of a bucket.";
        if (entry.Action.Kind == ErasureAction.Anonymise) yield return "objects can only be deleted.";
        if (entry.Exemptions.Count > 0) yield return "objects have no fields for an exemption; lock them instead.";
        if (entry.RecordTime is { } time && !MetadataName().IsMatch(time))
            yield return "recordTime must be the name of object metadata in lower case, without x-amz-meta-.";
        foreach (var mapping in entry.Keys)
        {
            var type = mapping.IdentityType;
            if (mapping.PartitionKey is not null || mapping.SortKey is not null || mapping.Index is not null) yield return $"{type}: partitionKey, sortKey and index are for dynamodb.";
            if (mapping.KeyTemplate is not { } text)
            {
                yield return $"{type}: keyTemplate is missing.";
                continue;
            }

            var template = KeyTemplate.Parse(text, type);
            if (!template.HasPlaceholder) yield return $"{type}: the keyTemplate does not hold {{{type}}}: it would reach everybody.";
            if (template.HasStrayBraces) yield return $"{type}: the keyTemplate has a placeholder other than one {{{type}}}.";
            if (template is { HasPlaceholder: true, EndsWithDelimiter: true, DelimitsPlaceholder: false })
                yield return $"{type}: the keyTemplate names a prefix and must have a delimiter after {{{type}}}, or one person's keys begin another's.";
        }
    }

    /// <summary>S3 stores names of metadata in lower case.</summary>
    [GeneratedRegex(@"^(?!x-amz-)[a-z0-9][a-z0-9._-]{0,127}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MetadataName();
}
