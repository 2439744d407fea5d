namespace ServerlessGdpr.Functions.Datastores.S3;

/// <summary>When a restore wrote into a bucket that was in use. What was written at another time is not from the backup.</summary>
internal sealed record WrittenWindow(DateTimeOffset From, DateTimeOffset Until)
{
    /// <returns>Null where everything in the bucket is from the backup, or newer.</returns>
    public static WrittenWindow? Of(Target? target) => target is { WrittenFrom: not null } or { WrittenUntil: not null }
        ? new WrittenWindow(InSeconds(target.WrittenFrom ?? DateTimeOffset.MinValue), target.WrittenUntil ?? DateTimeOffset.MaxValue)
        : null;

    /// <summary>S3 tells whole seconds, so the second in which the restore began and the one in which it ended belong to it.</summary>
    public bool Contains(Entry entry) => entry.LastModified is not { } at || (at >= From && at <= Until);

    private static DateTimeOffset InSeconds(DateTimeOffset instant) => DateTimeOffset.FromUnixTimeSeconds(instant.ToUnixTimeSeconds());
}
