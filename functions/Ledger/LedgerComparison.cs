using System.Text.Json;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Ledger;

/// <summary>
/// Holds the ledger's table against the write-once copies of its entries: after the table was restored it lacks, or has as they were, the entries written since.
/// Void and expired entries have nothing left to say. Only ciphertext is moved.
/// </summary>
public sealed class LedgerComparison(EvidenceVersions evidence, LedgerRevisions table, TimeProvider time)
{
    /// <summary>An invocation that just wrote a copy is about to write the table.</summary>
    private static readonly TimeSpan UnderWay = TimeSpan.FromMinutes(15);

    /// <summary>Counts the unexpired entries that the table lacks or has in an older revision.</summary>
    public Task<LedgerStanding> CheckAsync(LedgerScope scope, CancellationToken deadline) => RunAsync(scope, restore: false, deadline);

    /// <summary>Puts them back.</summary>
    public Task<LedgerStanding> RebuildAsync(LedgerScope scope, CancellationToken deadline) => RunAsync(scope, restore: true, deadline);

    /// <returns>When the deadline came first: how far it came, and where to go on. A batch that was under way is done again.</returns>
    private async Task<LedgerStanding> RunAsync(LedgerScope scope, bool restore, CancellationToken deadline)
    {
        var standing = new LedgerStanding(scope.Continuation, 0, 0, 0);
        var batch = new List<EntryCopies>(LedgerRevisions.Most);
        try
        {
            await foreach (var entry in EntryCopies.GroupAsync(evidence.ListAsync(scope.Prefix, scope.Continuation, deadline), deadline))
            {
                batch.Add(entry);
                if (batch.Count < LedgerRevisions.Most) continue;
                standing = standing.Add(await CompareAsync(batch, restore, deadline), entry.LastKey);
                batch.Clear();
            }

            if (batch.Count > 0) standing = standing.Add(await CompareAsync(batch, restore, deadline), null);
            return standing with { Continuation = null };
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && standing.Scanned > 0)
        {
            return standing;
        }
    }

    private async Task<LedgerStanding> CompareAsync(List<EntryCopies> batch, bool restore, CancellationToken deadline)
    {
        var revisions = await table.ReadAsync([.. batch.Select(entry => (entry.Datastore, entry.RequestId))], deadline);
        var (behind, restored) = (0, 0);
        foreach (var copies in batch)
        {
            if (revisions.TryGetValue((copies.Datastore, copies.RequestId), out var revision) && revision >= copies.Revision) continue;
            if (!restore && copies.WrittenAt > time.GetUtcNow() - UnderWay) continue;
            if (await NewestAsync(copies, deadline) is not { } entry) continue;
            behind++;
            if (restore && await table.TryRestoreAsync(entry, deadline)) restored++;
        }

        return new LedgerStanding(null, batch.Count, behind, restored);
    }

    /// <summary>Of several copies of one revision the one that remembers for longest counts: to replay too many costs records in a copy, too few is a breach.</summary>
    /// <returns>The entry as its newest copy has it; null when that is void or expired.</returns>
    private async Task<LedgerEntry?> NewestAsync(EntryCopies copies, CancellationToken deadline)
    {
        var read = new List<LedgerCopy>();
        foreach (var copy in copies.Newest.Where(copy => copy.State != LedgerStates.Void))
        {
            var (json, lockedUntil) = await evidence.ReadAsync(copy.Version.Key, copy.Version.VersionId, deadline);

            // Copies are locked for as long as their entry lives: this one is what lifecycle left of an entry whose later copies it removed first.
            if (lockedUntil <= time.GetUtcNow()) continue;
            read.Add(JsonSerializer.Deserialize(json, FunctionsJson.Default.LedgerCopy) ?? throw new JsonException());
        }

        if (read.MaxBy(copy => copy.ExpiresAt ?? DateTimeOffset.MaxValue) is not { } newest || newest.ExpiresAt <= time.GetUtcNow()) return null;
        return new LedgerEntry
        {
            Datastore = newest.Datastore,
            RequestId = newest.RequestId,
            State = newest.State,
            At = newest.At,
            HeldFrom = newest.HeldFrom,
            FirstHeldFrom = newest.FirstHeldFrom,
            OpenedAt = newest.OpenedAt,
            KeptFrom = newest.KeptFrom,
            Revision = newest.Revision,
            Sealed = newest.Sealed,
            ExpiresAt = newest.ExpiresAt,

            // The locks of an entry that is not final are renewed within the hour: until when they are is not known here.
            LockedUntil = newest.ExpiresAt ?? time.GetUtcNow(),
            Copies = copies.Versions,
        };
    }
}

/// <summary>What is compared: everything, or one datastore.</summary>
public sealed record LedgerScope
{
    public string? Datastore { get; init; }

    /// <summary>As the last answer gave it; null to begin.</summary>
    public string? Continuation { get; init; }

    internal string Prefix => Datastore is null ? "ledger/" : $"ledger/{Datastore}/";
}

/// <summary>How the ledger's table stands beside its copies, as far as this invocation came.</summary>
/// <param name="Continuation">Where to go on; null when everything was compared. It names a request, nobody's identity.</param>
/// <param name="Scanned">Entries that have copies.</param>
/// <param name="Behind">Unexpired entries that the table lacked, or had in an older revision.</param>
/// <param name="Restored">Those of them that were put back.</param>
public sealed record LedgerStanding(string? Continuation, long Scanned, long Behind, long Restored)
{
    internal LedgerStanding Add(LedgerStanding more, string? continuation) =>
        new(continuation, Scanned + more.Scanned, Behind + more.Behind, Restored + more.Restored);
}
