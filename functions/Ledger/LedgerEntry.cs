using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Ledger;

/// <summary>The states of a ledger entry.</summary>
public static class LedgerStates
{
    /// <summary>The erasure may have begun and is not verified.</summary>
    public const string Open = "open";

    /// <summary>Read again and found empty; kept while backups may hold the person.</summary>
    public const string Verified = "verified";

    /// <summary>Something is kept lawfully, and erased when the exemption ends; everything else was erased.</summary>
    public const string Held = "held";

    /// <summary>The request was cancelled before anything was erased.</summary>
    public const string Void = "void";
}

/// <summary>One erased person in one datastore: the memory that lets an erasure be replayed.</summary>
public sealed record LedgerEntry
{
    public required string Datastore { get; init; }

    public required string RequestId { get; init; }

    /// <summary>One of <see cref="LedgerStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>When the state was reached; for <see cref="LedgerStates.Held"/>, when the exemption ends.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>
    /// <see cref="LedgerStates.Held"/>: when everything that is not kept was read again and not found. Null where that is not known, and in other states.
    /// </summary>
    public DateTimeOffset? HeldFrom { get; init; }

    /// <summary>
    /// When everything that was not kept was read again and not found for the first time. It stays when the exemption has ended: what came to be later is nothing that they asked about.
    /// </summary>
    public DateTimeOffset? FirstHeldFrom { get; init; }

    /// <summary>What came to be after this instant is not erased; null where everything is.</summary>
    public DateTimeOffset? ErasedAt => FirstHeldFrom ?? VerifiedAt;

    /// <summary>When the person was last verified erased, as far as anything of them may be; null while that is not known.</summary>
    public DateTimeOffset? VerifiedAt => State switch
    {
        LedgerStates.Verified => At,
        LedgerStates.Held => HeldFrom,
        _ => null,
    };

    /// <summary>Counts state changes.</summary>
    public required long Revision { get; init; }

    /// <summary>The identities, sealed for {request, datastore}.</summary>
    public required byte[] Sealed { get; init; }

    /// <summary>When the person was first remembered here; state changes keep it.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>From when on the retention of backups counts: until then one may have been made that holds the person.</summary>
    public required DateTimeOffset KeptFrom { get; init; }

    /// <summary>From this instant on the entry is as good as gone, whether or not DynamoDB has removed it.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Until when the write-once copies are locked, each of them at least.</summary>
    public required DateTimeOffset LockedUntil { get; init; }

    /// <summary>The write-once copies, one for each revision: their names and the ids of their versions.</summary>
    public required IReadOnlyDictionary<string, string> Copies { get; init; }

    public bool IsExpired(DateTimeOffset now) => ExpiresAt <= now;

    public static Dictionary<string, AttributeValue> KeyOf(string datastore, string requestId) => Items.Key($"{datastore}#{requestId}", "entry");

    public Dictionary<string, AttributeValue> ToItem()
    {
        var item = KeyOf(Datastore, RequestId);
        item["datastore"] = Items.Text(Datastore);
        item["requestId"] = Items.Text(RequestId);
        item["state"] = Items.Text(State);
        item["datastoreState"] = Items.Text($"{Datastore}#{State}");
        item["at"] = Items.Instant(At);
        item["revision"] = Items.Number(Revision);
        item["openedAt"] = Items.Instant(OpenedAt);
        item["keptFrom"] = Items.Instant(KeptFrom);
        item["sealed"] = Items.Binary(Sealed);
        item["lockedUntil"] = Items.Instant(LockedUntil);
        item["copies"] = new AttributeValue { M = Copies.ToDictionary(copy => copy.Key, copy => Items.Text(copy.Value)), IsMSet = true };
        if (HeldFrom is { } held) item["heldFrom"] = Items.Instant(held);
        if (FirstHeldFrom is { } first) item["firstHeldFrom"] = Items.Instant(first);
        if (ExpiresAt is { } expires) item["expiresAt"] = Items.Number(WholeSecond(expires).ToUnixTimeSeconds());
        return item;
    }

    /// <summary>Time to live knows whole seconds only; rounded down, the entry would be gone before its time.</summary>
    internal static DateTimeOffset WholeSecond(DateTimeOffset instant) =>
        DateTimeOffset.FromUnixTimeSeconds(instant.AddTicks(TimeSpan.TicksPerSecond - 1).ToUnixTimeSeconds());

    public static LedgerEntry FromItem(IReadOnlyDictionary<string, AttributeValue> item) => new()
    {
        Datastore = item.RequiredText("datastore"),
        RequestId = item.RequiredText("requestId"),
        State = item.RequiredText("state"),
        At = item.RequiredInstant("at"),
        HeldFrom = item.InstantOf("heldFrom"),
        FirstHeldFrom = item.InstantOf("firstHeldFrom"),
        OpenedAt = item.RequiredInstant("openedAt"),
        KeptFrom = item.RequiredInstant("keptFrom"),
        Revision = item.NumberOf("revision"),
        Sealed = item.BinaryOf("sealed") ?? throw new KeyNotFoundException("The item has no attribute sealed."),
        LockedUntil = item.RequiredInstant("lockedUntil"),
        Copies = item.TryGetValue("copies", out var copies) && copies.M is { } versions
            ? versions.ToDictionary(copy => copy.Key, copy => copy.Value.S)
            : throw new KeyNotFoundException("The item has no attribute copies."),
        ExpiresAt = Expiry(item),
    };

    internal static DateTimeOffset? Expiry(IReadOnlyDictionary<string, AttributeValue> item) =>
        item.ContainsKey("expiresAt") ? DateTimeOffset.FromUnixTimeSeconds(item.NumberOf("expiresAt")) : null;
}
