namespace ServerlessGdpr.Functions.Datastores.S3Logs;

/// <summary>What an entry of kind <c>s3-logs</c> must fulfil.</summary>
internal static class S3LogsRules
{
    public static IEnumerable<string> Validate(DatastoreEntry entry)
    {
        if (!BucketArn.IsValid(entry.Location)) yield return "the location must be the ARN of a bucket.";
        if (entry.Prefix is not { } prefix || !LogPrefix.IsValid(prefix)) yield return "prefix must have {yyyy}, {MM} and {dd}, each once, and no other placeholder.";
        else if (LogPrefix.Fixed(prefix).Length == 0) yield return "prefix must begin with a text that all logs have in common: the function may read what begins so.";

        if (entry.Days is not >= 1) yield return "days must be at least 1.";
        if (entry.Action is not { Kind: ErasureAction.Expire, Days: >= 1 } action) yield return "logs can only expire, after at least 1 day.";
        else if (entry.Days < action.Days) yield return "days must not be fewer than those of the action: logs that are still there would not be searched.";

        if (entry.Exemptions.Count > 0) yield return "logs are exempt until they expire, and no longer.";
        if (entry.RecordTime is not null) yield return "recordTime is for what can be erased.";
        if (entry.Backups?.RestoredNamePattern is not null) yield return "copies of logs are not cleaned; let no backup hold them for longer than they live.";
        foreach (var mapping in entry.Keys)
        {
            var type = mapping.IdentityType;
            if (mapping.PartitionKey is not null || mapping.SortKey is not null || mapping.Index is not null) yield return $"{type}: partitionKey, sortKey and index are for dynamodb.";
            if (mapping.KeyTemplate is not null) yield return $"{type}: keyTemplate is for s3.";
            if (string.IsNullOrWhiteSpace(mapping.Field) || mapping.Field.Split('.').Any(string.IsNullOrEmpty)) yield return $"{type}: field must be the path of a field.";
        }
    }
}
