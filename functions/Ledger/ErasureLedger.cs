using System.Runtime.CompilerServices;
using System.Text.Json;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Ledger;

/// <summary>
/// Remembers, encrypted, who was erased from which datastore. Each state an entry reaches is first written once and locked in the evidence bucket,
/// then to the table: whatever is in the table can be rebuilt from the bucket.
/// </summary>
public sealed class ErasureLedger(IAmazonDynamoDB dynamo, EvidenceBucket evidence, string table, TimeProvider time)
{
    /// <summary>How long the copies of an entry that is not final are locked; renewed when less than <see cref="RenewBefore"/> is left.</summary>
    public static readonly TimeSpan OpenLock = TimeSpan.FromDays(40);

    public static readonly TimeSpan RenewBefore = TimeSpan.FromDays(20);

    /// <summary>
    /// Remembers the person before anything is erased. An entry that is there already stays as it is; but one that is held is open again: what was kept is about to be erased.
    /// </summary>
    public async Task OpenAsync(string datastore, string requestId, byte[] sealedBytes, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (await GetAsync(datastore, requestId, cancellation) is { } known)
        {
            if (known.State == LedgerStates.Held) await ChangeAsync(datastore, requestId, LedgerStates.Open, now, null, cancellation);
            return;
        }

        var entry = new LedgerEntry
        {
            Datastore = datastore,
            RequestId = requestId,
            State = LedgerStates.Open,
            At = now,
            Revision = 0,
            Sealed = sealedBytes,
            KeptFrom = now,
            LockedUntil = now + OpenLock,
            OpenedAt = now,
            Copies = new Dictionary<string, string>(),
        };
        await PutAsync(await CopyAsync(entry, $"{entry.Revision:00}-{entry.State}", cancellation), "attribute_not_exists(pk)", null, cancellation);
    }

    /// <summary>
    /// The person was read again in the datastore and not found: kept until the last backup that may hold the person has aged out.
    /// Of several verifications the latest counts.
    /// </summary>
    public Task VerifyAsync(string datastore, string requestId, DateTimeOffset verifiedAt, DateTimeOffset expiresAt, CancellationToken cancellation) =>
        ChangeAsync(datastore, requestId, LedgerStates.Verified, verifiedAt, expiresAt, cancellation);

    /// <summary>Something is kept lawfully until <paramref name="exemptUntil"/>.</summary>
    /// <param name="verifiedAt">When everything else was read again and not found; null where it was not.</param>
    public Task HoldAsync(string datastore, string requestId, DateTimeOffset exemptUntil, DateTimeOffset? verifiedAt, CancellationToken cancellation) =>
        ChangeAsync(datastore, requestId, LedgerStates.Held, exemptUntil, null, cancellation, verifiedAt);

    /// <summary>The request was cancelled before anything was erased.</summary>
    public Task VoidAsync(string datastore, string requestId, CancellationToken cancellation) =>
        ChangeAsync(datastore, requestId, LedgerStates.Void, time.GetUtcNow(), time.GetUtcNow(), cancellation);

    /// <summary>An operator closed the task unverified: the entry stays open, so that replays go on including the person, but not for ever.</summary>
    public Task CloseUnverifiedAsync(string datastore, string requestId, DateTimeOffset expiresAt, CancellationToken cancellation) =>
        ChangeAsync(datastore, requestId, LedgerStates.Open, time.GetUtcNow(), expiresAt, cancellation);

    /// <summary>
    /// A restored copy, and so its backups, may hold the person for longer than was thought. An expiry never comes earlier than it was; entries that do not
    /// expire, and those that are void, expired or absent, stay as they are.
    /// </summary>
    /// <returns>Whether the entry expires later than before.</returns>
    public Task<bool> ExtendAsync(string datastore, string requestId, DateTimeOffset until, CancellationToken cancellation) =>
        ExtendAsync(datastore, requestId, _ => until, keptFrom: time.GetUtcNow(), cancellation);

    /// <summary>The datastore's backups are kept for <paramref name="days"/> now: whoever is remembered for less is remembered for that long.</summary>
    /// <returns>Whether the entry expires later than before.</returns>
    public Task<bool> ExtendToRetentionAsync(string datastore, string requestId, int days, CancellationToken cancellation) =>
        ExtendAsync(datastore, requestId, entry => entry.KeptFrom.AddDays(days), keptFrom: null, cancellation);

    public async Task<LedgerEntry?> GetAsync(string datastore, string requestId, CancellationToken cancellation)
    {
        var answer = await dynamo.GetItemAsync(
            new GetItemRequest { TableName = table, Key = LedgerEntry.KeyOf(datastore, requestId), ConsistentRead = true }, cancellation);
        if (answer.Item is not { Count: > 0 } item) return null;
        var entry = LedgerEntry.FromItem(item);
        return entry.IsExpired(time.GetUtcNow()) ? null : entry;
    }

    /// <summary>The unexpired entries of a datastore in one state that reached it at or before <paramref name="until"/>, oldest first.</summary>
    /// <remarks>Read from an index: an entry written in the last moments may be missing, or shown as it was.</remarks>
    public async IAsyncEnumerable<LedgerReference> ListAsync(
        string datastore, string state, DateTimeOffset until, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var query = LedgerIndex.Query(table, datastore, state, "<=", until);
        do
        {
            var page = await dynamo.QueryAsync(query, cancellation);
            foreach (var entry in Unexpired(page)) yield return entry;
            query.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (query.ExclusiveStartKey is { Count: > 0 });
    }

    /// <summary>A page of the unexpired entries of a datastore in one state that reached it at or after <paramref name="from"/>, oldest first.</summary>
    /// <param name="from">Null for all.</param>
    /// <param name="position">What the page before gave as the next one's; null for the first.</param>
    /// <param name="limit">The most entries that are read. A page with fewer, even with none, need not be the last.</param>
    /// <remarks>Read from an index: an entry written in the last moments may be missing, or shown as it was.</remarks>
    /// <exception cref="InvalidInput">The position is not one that this gave.</exception>
    public async Task<LedgerPage> ReadPageAsync(
        string datastore, string state, DateTimeOffset? from, string? position, int limit, CancellationToken cancellation)
    {
        var query = LedgerIndex.Query(table, datastore, state, ">=", from);
        query.Limit = limit;
        query.ExclusiveStartKey = position is null ? null : LedgerPosition.Parse(position).KeyIn(datastore, state);
        var page = await dynamo.QueryAsync(query, cancellation);
        return new([.. Unexpired(page)], page.LastEvaluatedKey is { Count: > 0 } last ? LedgerPosition.Of(last).ToString() : null);
    }

    /// <summary>Keeps the copies of an entry that is not final locked, but never for longer than the entry itself is kept. What needs no renewal stays as it is.</summary>
    public async Task RenewLockAsync(string datastore, string requestId, CancellationToken cancellation)
    {
        if (await GetAsync(datastore, requestId, cancellation) is not { State: LedgerStates.Open or LedgerStates.Held } entry) return;

        var until = time.GetUtcNow() + OpenLock;
        if (entry.ExpiresAt < until) until = entry.ExpiresAt.Value;
        if (until <= entry.LockedUntil) return;

        var renewed = entry with { LockedUntil = until };
        await ExtendLocksAsync(renewed, cancellation);
        await PutAsync(renewed, "revision = :revision", entry.Revision, cancellation);
    }

    private IEnumerable<LedgerReference> Unexpired(QueryResponse page) =>
        (page.Items ?? []).Select(LedgerReference.FromItem).Where(entry => !(entry.ExpiresAt <= time.GetUtcNow()));

    private async Task<bool> ExtendAsync(
        string datastore, string requestId, Func<LedgerEntry, DateTimeOffset> until, DateTimeOffset? keptFrom, CancellationToken cancellation)
    {
        if (await GetAsync(datastore, requestId, cancellation) is not { State: not LedgerStates.Void, ExpiresAt: { } expiresAt } entry) return false;
        if (LedgerEntry.WholeSecond(until(entry)) is var later && later <= expiresAt) return false;

        var extended = entry with
        {
            Revision = entry.Revision + 1,
            ExpiresAt = later,
            KeptFrom = Latest(entry.KeptFrom, keptFrom ?? entry.KeptFrom),
            LockedUntil = Latest(entry.LockedUntil, later),
        };

        // Two replays may extend one revision at once, each for itself: what the one wrote must not stand for the other.
        var name = $"{extended.Revision:00}-{extended.State}-until-{later.ToUnixTimeSeconds()}";
        await ApplyAsync(entry, extended, name, cancellation);
        return true;
    }

    private async Task ChangeAsync(
        string datastore, string requestId, string state, DateTimeOffset at, DateTimeOffset? expiresAt, CancellationToken cancellation, DateTimeOffset? heldFrom = null)
    {
        // Without an entry nothing was ever touched; an expired or void one has nothing left to say.
        if (await GetAsync(datastore, requestId, cancellation) is not { State: not LedgerStates.Void } entry) return;
        if (entry.State == LedgerStates.Verified && state == LedgerStates.Verified)
        {
            // A repetition says nothing new. A later verification does: until then the person may have been in a backup.
            if (at <= entry.At) return;
            expiresAt = Latest(entry.ExpiresAt, expiresAt);
        }

        var changed = entry with
        {
            State = state,
            At = at,
            HeldFrom = heldFrom,
            FirstHeldFrom = entry.FirstHeldFrom ?? heldFrom,
            Revision = entry.Revision + 1,
            KeptFrom = KeptFrom(entry, state, at, expiresAt, heldFrom),
            ExpiresAt = expiresAt,
            LockedUntil = LockAfter(entry, expiresAt),
        };
        await ApplyAsync(entry, changed, $"{changed.Revision:00}-{changed.State}", cancellation);
    }

    /// <summary>Of an entry that is held it also tells when it came to be so: the instant that it is sorted by is to come.</summary>
    private DateTimeOffset KeptFrom(LedgerEntry entry, string state, DateTimeOffset at, DateTimeOffset? expiresAt, DateTimeOffset? heldFrom)
    {
        if (state == LedgerStates.Held) return Latest(entry.KeptFrom, heldFrom ?? time.GetUtcNow());
        return expiresAt is null ? entry.KeptFrom : Latest(entry.KeptFrom, at);
    }

    /// <summary>An entry that does not expire gets another lock only when it is due: an entry that changes often would otherwise have every copy locked anew each time.</summary>
    private DateTimeOffset LockAfter(LedgerEntry entry, DateTimeOffset? expiresAt)
    {
        var now = time.GetUtcNow();
        if (expiresAt is { } expires) return Latest(entry.LockedUntil, expires);
        return entry.LockedUntil - now >= RenewBefore ? entry.LockedUntil : now + OpenLock;
    }

    private async Task ApplyAsync(LedgerEntry entry, LedgerEntry changed, string copy, CancellationToken cancellation)
    {
        changed = await CopyAsync(changed, copy, cancellation);
        if (changed.ExpiresAt is not null || changed.LockedUntil > entry.LockedUntil) await ExtendLocksAsync(changed, cancellation);
        await PutAsync(changed, "revision = :revision", entry.Revision, cancellation);
    }

    /// <returns>The entry, with the new copy among its copies.</returns>
    private async Task<LedgerEntry> CopyAsync(LedgerEntry entry, string name, CancellationToken cancellation)
    {
        var copy = new LedgerCopy(
            entry.Datastore, entry.RequestId, entry.State, entry.At, entry.Revision, entry.ExpiresAt, entry.Sealed, entry.OpenedAt, entry.KeptFrom, entry.HeldFrom, entry.FirstHeldFrom);
        var version = await evidence.WriteVersionAsync(
            CopyKey(entry, name), JsonSerializer.Serialize(copy, FunctionsJson.Default.LedgerCopy), entry.LockedUntil, cancellation);
        return entry with { Copies = new Dictionary<string, string>(entry.Copies) { [name] = version } };
    }

    private async Task ExtendLocksAsync(LedgerEntry entry, CancellationToken cancellation)
    {
        foreach (var (name, version) in entry.Copies) await evidence.ExtendLockAsync(CopyKey(entry, name), version, entry.LockedUntil, cancellation);
    }

    private static string CopyKey(LedgerEntry entry, string copy) => $"ledger/{entry.Datastore}/{entry.RequestId}/{copy}.json";

    private static DateTimeOffset Latest(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static DateTimeOffset? Latest(DateTimeOffset? one, DateTimeOffset? other) => one > other ? one : other;

    /// <summary>Only one of two concurrent changes takes effect; the loser's invocation is repeated and sees the other's.</summary>
    private async Task PutAsync(LedgerEntry entry, string condition, long? revision, CancellationToken cancellation)
    {
        try
        {
            await dynamo.PutItemAsync(
                new PutItemRequest
                {
                    TableName = table,
                    Item = entry.ToItem(),
                    ConditionExpression = condition,
                    ExpressionAttributeValues = revision is { } expected ? new() { [":revision"] = Items.Number(expected) } : null,
                },
                cancellation);
        }
        catch (ConditionalCheckFailedException cause)
        {
            throw new LedgerChangedMeanwhile(cause);
        }
    }
}

/// <summary>Two invocations changed one ledger entry at once.</summary>
public sealed class LedgerChangedMeanwhile(Exception cause) : TransientFailure("Another invocation changed the ledger entry.", cause);
