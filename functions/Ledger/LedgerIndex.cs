using System.Buffers.Text;
using System.Text.Json;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Ledger;

/// <summary>The ledger's index of a datastore's entries by state, oldest first. It holds no identities, so that a million entries are cheap to page through.</summary>
public static class LedgerIndex
{
    public const string Name = "by-state";

    /// <summary>What it holds besides its keys, <c>datastoreState</c> and <c>at</c>, and the table's.</summary>
    public static readonly IReadOnlyList<string> Attributes =
        ["datastore", "requestId", "state", "revision", "openedAt", "keptFrom", "expiresAt", "lockedUntil"];

    internal static AttributeValue Partition(string datastore, string state) => Items.Text($"{datastore}#{state}");

    /// <param name="comparison">How <c>at</c> compares with the instant.</param>
    /// <param name="instant">Null for every entry.</param>
    internal static QueryRequest Query(string table, string datastore, string state, string comparison, DateTimeOffset? instant)
    {
        var query = new QueryRequest
        {
            TableName = table,
            IndexName = Name,
            KeyConditionExpression = "datastoreState = :state",
            ExpressionAttributeValues = new() { [":state"] = Partition(datastore, state) },
        };
        if (instant is not { } at) return query;

        query.KeyConditionExpression += $" AND #at {comparison} :at";
        query.ExpressionAttributeNames = new() { ["#at"] = "at" };
        query.ExpressionAttributeValues[":at"] = Items.Instant(at);
        return query;
    }
}

/// <summary>A ledger entry as the index has it: enough to plan a replay, nothing that tells who the person is.</summary>
/// <param name="State">One of <see cref="LedgerStates"/>.</param>
/// <param name="At">When the state was reached; for <see cref="LedgerStates.Held"/>, when the exemption ends.</param>
/// <param name="ExpiresAt">Null for an entry that does not expire as it stands.</param>
/// <param name="OpenedAt">When the person was first remembered.</param>
/// <param name="KeptFrom">As in <see cref="LedgerEntry.KeptFrom"/>.</param>
/// <param name="LockedUntil">Until when the write-once copies are locked.</param>
public sealed record LedgerReference(
    string Datastore,
    string RequestId,
    string State,
    DateTimeOffset At,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset OpenedAt,
    DateTimeOffset KeptFrom,
    DateTimeOffset LockedUntil)
{
    internal static LedgerReference FromItem(IReadOnlyDictionary<string, AttributeValue> item) => new(
        item.RequiredText("datastore"),
        item.RequiredText("requestId"),
        item.RequiredText("state"),
        item.RequiredInstant("at"),
        LedgerEntry.Expiry(item),
        item.RequiredInstant("openedAt"),
        item.RequiredInstant("keptFrom"),
        item.RequiredInstant("lockedUntil"));
}

/// <param name="Next">Where the next page begins: text without meaning to anyone else, and without identities. Null when there is none.</param>
public sealed record LedgerPage(IReadOnlyList<LedgerReference> Entries, string? Next);

/// <summary>Where a page of the index ended. Datastore and state are the reader's own: a position leads nowhere else.</summary>
public sealed record LedgerPosition(string RequestId, string At)
{
    internal static LedgerPosition Of(IReadOnlyDictionary<string, AttributeValue> key)
    {
        var pk = key.RequiredText("pk");
        return new(pk[(pk.IndexOf('#', StringComparison.Ordinal) + 1)..], key.RequiredText("at"));
    }

    internal static LedgerPosition Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(Base64Url.DecodeFromChars(text), FunctionsJson.Default.LedgerPosition) ?? throw new InvalidInput();
        }
        catch (Exception wrong) when (wrong is FormatException or JsonException)
        {
            throw new InvalidInput();
        }
    }

    internal Dictionary<string, AttributeValue> KeyIn(string datastore, string state)
    {
        var key = LedgerEntry.KeyOf(datastore, RequestId);
        key["datastoreState"] = LedgerIndex.Partition(datastore, state);
        key["at"] = Items.Text(At);
        return key;
    }

    public override string ToString() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this, FunctionsJson.Default.LedgerPosition));
}
