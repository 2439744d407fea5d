namespace ServerlessGdpr.Functions.Datastores.DynamoDb;

/// <summary>What an entry of kind <c>dynamodb</c> must fulfil.</summary>
internal static class DynamoDbRules
{
    public static IEnumerable<string> Validate(DatastoreEntry entry)
    {
        if (!TableArn.IsValid(entry.Location)) yield return "the location must be the ARN of a table.";
        if (entry.RecordTime is { } time && (string.IsNullOrWhiteSpace(time) || time.Length > 255)) yield return "recordTime must be the name of an attribute.";
        foreach (var mapping in entry.Keys)
        {
            var type = mapping.IdentityType;
            if (mapping.KeyTemplate is not null) yield return $"{type}: keyTemplate is for s3.";
            if (mapping.PartitionKey is not { } partition)
            {
                yield return $"{type}: partitionKey is missing.";
                continue;
            }

            if (partition.BeginsWith is not null) yield return $"{type}: a partition key cannot be searched by its beginning.";
            if (mapping.SortKey is { EqualTo: null, BeginsWith: null }) yield return $"{type}: the sort key needs equalTo or beginsWith.";
            if (!HoldsIdentity(partition, type, isPartition: true) && !(mapping.SortKey is { } sort && HoldsIdentity(sort, type, isPartition: false)))
                yield return $"{type}: no key holds {{{type}}}: the mapping would reach everybody.";
            foreach (var error in Attribute(partition, type).Concat(mapping.SortKey is { } key ? Attribute(key, type) : [])) yield return error;
            foreach (var error in Anonymised(entry, mapping)) yield return error;
        }
    }

    private static bool HoldsIdentity(KeyAttribute attribute, string type, bool isPartition) =>
        (attribute.BeginsWith ?? attribute.EqualTo) is { } text ? KeyTemplate.Parse(text, type).HasPlaceholder : isPartition;

    private static IEnumerable<string> Attribute(KeyAttribute attribute, string type)
    {
        var name = $"{type}: {attribute.Name}";
        if (string.IsNullOrEmpty(attribute.Name)) yield return $"{type}: a key has no name.";
        if (attribute.Type is not ("S" or "N")) yield return $"{name} must be of type S or N.";
        if (attribute is { EqualTo: not null, BeginsWith: not null }) yield return $"{name} has both equalTo and beginsWith.";
        if ((attribute.BeginsWith ?? attribute.EqualTo) is not { } text) yield break;

        var template = KeyTemplate.Parse(text, type);
        if (text.Length == 0) yield return $"{name} has an empty template.";
        if (template.HasStrayBraces) yield return $"{name} has a placeholder other than one {{{type}}}.";
        if (attribute.Type == "N" && (attribute.BeginsWith is not null || (template.HasPlaceholder && text != $"{{{type}}}")))
            yield return $"{name} is a number and can only equal {{{type}}}.";
        if (attribute.BeginsWith is not null && template.HasPlaceholder && !(template.EndsWithDelimiter && template.DelimitsPlaceholder))
            yield return $"{name} must have a delimiter after {{{type}}} and at its end, or one person's keys begin another's.";
    }

    private static IEnumerable<string> Anonymised(DatastoreEntry entry, KeyMapping mapping)
    {
        string?[] keys = [mapping.PartitionKey!.Name, mapping.SortKey?.Name];
        foreach (var (field, replacement) in entry.Action.Fields.Where(field => keys.Contains(field.Key, StringComparer.Ordinal)))
        {
            if (mapping.Index is null) yield return $"{field} is a key of the table and cannot be anonymised.";
            else if (replacement is { Length: 0 }) yield return $"{field} is a key of the index {mapping.Index} and cannot be replaced by an empty text.";
        }
    }
}
