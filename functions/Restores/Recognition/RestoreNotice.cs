namespace ServerlessGdpr.Functions.Restores.Recognition;

/// <summary>What an event says about one registered datastore. None of it is personal, but for <see cref="ObjectThawed.Key"/>.</summary>
public abstract record RestoreNotice
{
    private protected RestoreNotice()
    {
    }
}

/// <summary>Data of a registered datastore came back, or is about to: it must be replayed.</summary>
public sealed record Announced(string Datastore, Restore Restore) : RestoreNotice;

/// <summary>
/// Something was restored, from a backup whose name does not say of what. The answer to <paramref name="LookUp"/> goes into
/// <see cref="Restore.SourceArn"/>, and <see cref="RestoreEvents.Attribute"/> decides.
/// </summary>
public sealed record SourceToLookUp(LookUp LookUp, Restore Restore) : RestoreNotice;

/// <summary>A registered datastore is concerned, or may be, and this system cannot clean what was restored.</summary>
/// <param name="Reason">One of <see cref="OperatorReasons"/>.</param>
/// <param name="Datastore">Null where not even that is known.</param>
public sealed record NeedsOperator(string Reason, string? Datastore, Restore Restore) : RestoreNotice;

/// <summary>Nothing is to be done.</summary>
/// <param name="Reason">One of <see cref="IgnoredReasons"/>.</param>
public sealed record Ignored(string Reason) : RestoreNotice;

/// <summary>An archived object can be read for a while: the moment for what had to wait for it. No backup is involved.</summary>
/// <param name="Key">It may be made of identities: never to be logged or put into a workflow's state.</param>
/// <param name="Until">When the thawed copy goes again.</param>
public sealed record ObjectThawed(string Datastore, string Bucket, string Key, string? VersionId, DateTimeOffset? Until, string? StorageClass) : RestoreNotice
{
    public override string ToString() => $"an object of {Bucket} thawed";
}
