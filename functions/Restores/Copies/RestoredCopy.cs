using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Restores.Copies;

/// <summary>
/// A restored resource, treated like the registered one until AWS says that it is deleted or an operator releases it: erasures of its datastore have a task on it,
/// and a restore of its backups is a restore of the datastore. Nothing in it is personal.
/// </summary>
public sealed record RestoredCopy
{
    public required string Datastore { get; init; }

    public required string Arn { get; init; }

    /// <summary>The resource's own id, which tells it from one that had the same name before; null for kinds that have none, such as buckets.</summary>
    public string? ResourceId { get; init; }

    /// <summary>The last restore that brought it, or something into it.</summary>
    public required string RestoreId { get; init; }

    /// <summary>Whoever was verified erased at or after this instant may have come back with it; null for everyone.</summary>
    public DateTimeOffset? EffectiveAsOf { get; init; }

    /// <summary>Erasures that begin later have a task on it; its replay looks after all others.</summary>
    public required DateTimeOffset RegisteredAt { get; init; }

    /// <summary>When its replay declared it clean; null while it is not. Its backups are as old as itself until then (<see cref="AsOf.OfBackupOfCopy"/>).</summary>
    public DateTimeOffset? CleanAt { get; init; }

    /// <summary>It is no longer there, or no longer looked after; backups of it may still be restored.</summary>
    public bool IsRemoved { get; init; }

    public static string PartitionKey(string datastore) => $"copies#{datastore}";

    public static Dictionary<string, AttributeValue> KeyOf(string datastore, string arn, string? resourceId) =>
        Items.Key(PartitionKey(datastore), $"{SortKeyPrefix(arn)}{resourceId ?? "-"}");

    /// <summary>Of all copies that were ever registered under one ARN.</summary>
    public static string SortKeyPrefix(string arn) => $"{arn}#";

    public Dictionary<string, AttributeValue> ToItem()
    {
        var item = KeyOf(Datastore, Arn, ResourceId);
        item["datastore"] = Items.Text(Datastore);
        item["arn"] = Items.Text(Arn);
        item["restoreId"] = Items.Text(RestoreId);
        item["registeredAt"] = Items.Instant(RegisteredAt);
        if (ResourceId is not null) item["resourceId"] = Items.Text(ResourceId);
        if (EffectiveAsOf is { } asOf) item["effectiveAsOf"] = Items.Instant(asOf);
        if (CleanAt is { } clean) item["cleanAt"] = Items.Instant(clean);
        if (IsRemoved) item["isRemoved"] = Items.Flag(true);
        return item;
    }

    public static RestoredCopy FromItem(IReadOnlyDictionary<string, AttributeValue> item) => new()
    {
        Datastore = item.RequiredText("datastore"),
        Arn = item.RequiredText("arn"),
        ResourceId = item.TextOf("resourceId"),
        RestoreId = item.RequiredText("restoreId"),
        EffectiveAsOf = item.InstantOf("effectiveAsOf"),
        RegisteredAt = item.InstantOf("registeredAt") ?? throw new KeyNotFoundException("The item has no attribute registeredAt."),
        CleanAt = item.InstantOf("cleanAt"),
        IsRemoved = item.ContainsKey("isRemoved"),
    };
}
