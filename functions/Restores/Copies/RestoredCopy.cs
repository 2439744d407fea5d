using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Restores.Copies;

/// <summary>
/// A restored resource, treated like the registered one until AWS says that it is deleted or an operator releases it: erasures of its datastore have a task on it,
/// and a restore of its backups is a restore of the datastore. Nothing in it is personal.
/// </summary>
public sealed record RestoredCopy
{
    /// <summary>The attribute that holds the restores into it that were not declared clean; they hide its instant of being clean.</summary>
    internal const string Unclean = "unclean";

    internal const string InPlace = "inPlaceFrom";

    /// <summary>AWS Backup gives a job so much time: what was restored while one was at work may be in its backup, which is as old as the job's beginning.</summary>
    private static readonly TimeSpan LongestBackup = TimeSpan.FromDays(7);

    public required string Datastore { get; init; }

    public required string Arn { get; init; }

    /// <summary>
    /// The resource's own id, which tells it from one that had the same name before; null for kinds that have none, such as buckets. What was restored in place has the
    /// restore's id.
    /// </summary>
    public string? ResourceId { get; init; }

    /// <summary>The last restore that brought it, or something into it.</summary>
    public required string RestoreId { get; init; }

    /// <summary>
    /// When a restore into a resource that was there before began; null for a copy. It is no copy, and no erasure has a task because of it: it only tells what backups of
    /// the resource may hold that were taken before the restore was clean.
    /// </summary>
    public DateTimeOffset? InPlaceFrom { get; init; }

    /// <summary>Whoever was verified erased at or after this instant may have come back with it; null for everyone.</summary>
    public DateTimeOffset? EffectiveAsOf { get; init; }

    /// <summary>Erasures that begin later have a task on it; its replay looks after all others.</summary>
    public required DateTimeOffset RegisteredAt { get; init; }

    /// <summary>When the last of its replays declared it clean; null while one has not. Its backups are as old as itself until then (<see cref="AsOf.OfBackupOfCopy"/>).</summary>
    public DateTimeOffset? CleanAt { get; init; }

    /// <summary>When AWS no longer knew it, or an operator released it: no erasure has a task on it any more. Its backups may live on, so it stays known.</summary>
    public DateTimeOffset? RemovedAt { get; init; }

    /// <summary>Once removed, or clean where it was restored in place: when the last backup of it has aged out. The row may go then, and is believed until it has gone.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whether a backup of the resource may hold what was restored.</summary>
    /// <param name="asOf">When the backup was taken; null for unknown.</param>
    public bool MayBeIn(DateTimeOffset? asOf) => !(asOf < InPlaceFrom - LongestBackup);

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
        if (InPlaceFrom is { } from) item[InPlace] = Items.Instant(from);
        if (EffectiveAsOf is { } asOf) item["effectiveAsOf"] = Items.Instant(asOf);
        if (CleanAt is { } clean) item["cleanAt"] = Items.Instant(clean);
        else item[Unclean] = new AttributeValue { SS = [RestoreId] };
        if (RemovedAt is { } removed) item["removedAt"] = Items.Instant(removed);
        return item;
    }

    public static RestoredCopy FromItem(IReadOnlyDictionary<string, AttributeValue> item) => new()
    {
        Datastore = item.RequiredText("datastore"),
        Arn = item.RequiredText("arn"),
        ResourceId = item.TextOf("resourceId"),
        RestoreId = item.RequiredText("restoreId"),
        InPlaceFrom = item.InstantOf(InPlace),
        EffectiveAsOf = item.InstantOf("effectiveAsOf"),
        RegisteredAt = item.InstantOf("registeredAt") ?? throw new KeyNotFoundException("The item has no attribute registeredAt."),
        CleanAt = UncleanOf(item).Count > 0 ? null : item.InstantOf("cleanAt"),
        RemovedAt = item.InstantOf("removedAt"),
        ExpiresAt = item.ContainsKey("expiresAt") ? DateTimeOffset.FromUnixTimeSeconds(item.NumberOf("expiresAt")) : null,
    };

    internal static IReadOnlyList<string> UncleanOf(IReadOnlyDictionary<string, AttributeValue> item) => item.TryGetValue(Unclean, out var ids) ? ids.SS ?? [] : [];
}
