using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Vault;

namespace ServerlessGdpr.Functions.Restores.Replay;

/// <summary>Selects who is replayed: reads a page of the ledger's index and writes it as batches, in constant memory however many people there are.</summary>
/// <param name="pageEntries">Ledger entries in one page.</param>
public sealed class PlanReplay(
    RestoreStore restores,
    ErasureLedger ledger,
    RetentionHistory retention,
    DataMap dataMap,
    ReplayPages pages,
    RestoreStatusEvents events,
    TimeProvider time,
    int pageEntries = PlanReplay.PageEntries) : IHandler<ReplayInput, ReplayState>
{
    /// <summary>A few megabytes of references.</summary>
    private const int PageEntries = 20_000;

    /// <summary>People in one call of a datastore's function.</summary>
    private const int BatchPeople = 25;

    public async Task<ReplayState> HandleAsync(ReplayInput input, Invocation invocation, CancellationToken deadline)
    {
        var record = await restores.GetAsync(input.RestoreId, deadline) ?? throw new RestoreUnknown();
        if (record.IsAnothers(input.Attempt)) return record.ToState(ReplaySteps.End);
        var position = ReplayPosition.Parse(input.Position);
        if (position.IsStart) record = await BeginPassAsync(record, input.QuarantinedAt, deadline);

        var batches = new List<ReplayBatch>();
        var next = await SelectAsync(record, position, input, batches, deadline);
        var selected = batches.Sum(batch => (long)batch.Subjects.Count);
        var state = record.ToState(selected > 0 ? ReplaySteps.Replay : ReplaySteps.Record) with { Selected = selected, Position = next?.ToText() };
        if (selected == 0) return state;

        var name = $"{record.RestoreId}/{record.Attempt}/s{record.Sweep}p{record.Pass}/{position.Page:0000}";
        return state with { Page = await pages.WriteAsync(name, batches, deadline), ResultPrefix = ReplayPages.ResultPrefix(name) };
    }

    /// <summary>Says from when on entries are the next pass's. A repetition says the same.</summary>
    private async Task<RestoreRecord> BeginPassAsync(RestoreRecord record, DateTimeOffset? quarantinedAt, CancellationToken deadline)
    {
        if (record.PassStartedAt is not null) return record;
        var now = time.GetUtcNow();
        var first = record is { Sweep: 1, Pass: 1 };
        var begun = record with
        {
            PassStartedAt = now,
            SweepStartedAt = record.SweepStartedAt ?? now,
            QuarantinedAt = record.QuarantinedAt ?? quarantinedAt,
        };
        if (begun.Pass == 1)
        {
            var memories = await Task.WhenAll(Entries(begun).Select(entry => SelectionAsync(begun, entry, deadline)));
            var days = Entries(begun).Min(entry => entry.BackupRetentionDays);
            begun = begun with
            {
                // Who is forgotten once is not remembered again.
                MemoryReaches = Array.TrueForAll(memories, memory => memory.MemoryReaches)
                    && (begun.EffectiveAsOf is not null || (begun.MemoryReaches && begun.IsRemembered(days, now))),
                MemoryDays = days,
            };
        }

        begun = await restores.SaveAsync(begun, deadline);
        if (first) await events.PublishAsync(begun, deadline);
        return begun;
    }

    /// <summary>Those not yet verified first: who is held or verified meanwhile is met again among those, and twice is harmless.</summary>
    private async Task<ReplayPosition?> SelectAsync(
        RestoreRecord record, ReplayPosition start, ReplayInput input, List<ReplayBatch> batches, CancellationToken deadline)
    {
        var lag = TimeSpan.FromSeconds(input.PauseSeconds);
        string[] states = [LedgerStates.Open, LedgerStates.Held, LedgerStates.Verified];
        var entries = Entries(record);
        var room = pageEntries;
        for (var at = start; at.Datastore < entries.Count; at = at.NextState(states.Length))
        {
            var entry = entries[at.Datastore];
            var selection = await SelectionAsync(record, entry, deadline);
            var state = states[at.State];
            var ledgerPosition = at.Ledger;
            do
            {
                if (room <= 0 || deadline.IsCancellationRequested) return at with { Page = start.Page + 1, Ledger = ledgerPosition };
                var page = await ledger.ReadPageAsync(entry.Name, state, From(record, selection, state, lag), ledgerPosition, room, deadline);
                var chosen = page.Entries.Where(one => IsChosen(record, selection, one, lag)).ToList();
                foreach (var people in chosen.GroupBy(one => IsTakenUp(record, one, lag)).SelectMany(alike => alike.Chunk(BatchPeople)))
                    batches.Add(Batch(record, entry, selection, input.Functions, people, start.Page, batches.Count) with { IsTakenUp = IsTakenUp(record, people[0], lag) });
                room -= page.Entries.Count;
                ledgerPosition = page.Next;
            }
            while (ledgerPosition is not null);
        }

        return null;
    }

    /// <summary>A later pass looks only at what changed since the one before it began.</summary>
    private static DateTimeOffset? From(RestoreRecord record, RestoreSelection selection, string state, TimeSpan lag)
    {
        // Those who are held are sorted by when their exemption ends.
        if (state == LedgerStates.Held) return null;
        var verified = state == LedgerStates.Verified ? selection.From : null;
        if (record.PreviousPassStartedAt is not { } previous) return verified;
        var added = previous - lag;
        return verified > added ? verified : added;
    }

    /// <summary>An erasure that began after the copy was registered has a task on it, and is no business of later passes: they would never end.</summary>
    private bool IsChosen(RestoreRecord record, RestoreSelection selection, LedgerReference entry, TimeSpan lag) =>
        selection.Includes(entry.State, entry.At, entry.ExpiresAt, time.GetUtcNow())
        && (record.Pass == 1 || !HasTask(record, entry, lag))
        && !(entry.State == LedgerStates.Held && entry.KeptFrom < record.PreviousPassStartedAt - lag);

    private static bool HasTask(RestoreRecord record, LedgerReference entry, TimeSpan lag) => entry.OpenedAt >= record.RegisteredAt + lag;

    /// <summary>When an exemption of theirs ends, a later attempt of their request erases what it had kept, from each copy too.</summary>
    private static bool IsTakenUp(RestoreRecord record, LedgerReference entry, TimeSpan lag) => entry.State == LedgerStates.Held || HasTask(record, entry, lag);

    private static ReplayBatch Batch(
        RestoreRecord record,
        DatastoreEntry entry,
        RestoreSelection selection,
        IReadOnlyDictionary<string, string> functions,
        LedgerReference[] people,
        int page,
        int line) => new()
        {
            ReplayId = $"{record.RestoreId}.{record.Attempt}-s{record.Sweep}p{record.Pass}-{page}-{line}",
            Datastore = entry.Name,
            Function = functions.TryGetValue(entry.Name, out var function) ? function : throw new Erasure.DatastoreNotRegistered(entry.Name),
            Subjects = [.. people.Select(person => VaultKeys.LedgerReference(person.RequestId))],
            Target = record.ToTarget() with { VerifiedFrom = selection.From },
        };

    /// <summary>A restore that is clean is judged by what the ledger knew then, and not as older every day: whoever was selected is remembered for longer since.</summary>
    private async Task<RestoreSelection> SelectionAsync(RestoreRecord record, DatastoreEntry entry, CancellationToken deadline)
    {
        var at = record.CleanAt ?? time.GetUtcNow();
        var since = record.EffectiveAsOf ?? at.AddDays(-entry.BackupRetentionDays);
        var lowest = await retention.LowestSinceAsync(entry.Name, since, entry.BackupRetentionDays, deadline);
        return RestoreSelection.Of(record.EffectiveAsOf, entry.BackupRetentionDays, lowest, at);
    }

    /// <summary>Of a datastore that left the data map since the restore was resolved nobody can be selected, which must not look like nobody to select.</summary>
    private List<DatastoreEntry> Entries(RestoreRecord record) =>
        [.. record.Replayed().Select(name => dataMap.Datastores.FirstOrDefault(entry => entry.Name == name) ?? throw new Erasure.DatastoreNotRegistered(name))];
}
