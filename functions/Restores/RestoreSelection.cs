using ServerlessGdpr.Functions.Ledger;

namespace ServerlessGdpr.Functions.Restores;

/// <summary>Who is replayed into a restored resource.</summary>
/// <param name="From">Verified at or after this instant; null for everyone the ledger still knows.</param>
/// <param name="MemoryReaches">Whether the ledger is guaranteed to know everyone who was erased since: if not, the result is <see cref="CleanedIncompletely"/> at best.</param>
public sealed record RestoreSelection(DateTimeOffset? From, bool MemoryReaches)
{
    public const string Clean = "clean", CleanedIncompletely = "cleaned_incompletely";

    /// <summary>An entry's expiry is stored in whole seconds, rounded down: it may be gone almost a second early.</summary>
    private static readonly TimeSpan ExpiryGrain = TimeSpan.FromSeconds(1);

    public string BestResult => MemoryReaches ? Clean : CleanedIncompletely;

    /// <param name="asOf">Null for unknown: then as old as a backup of this datastore may be.</param>
    /// <param name="retentionDays">The datastore's backupRetentionDays now.</param>
    /// <param name="lowestRetentionDays">What it was at its lowest since the oldest backup that may exist.</param>
    /// <param name="now">When the ledger is read.</param>
    public static RestoreSelection Of(DateTimeOffset? asOf, int retentionDays, int lowestRetentionDays, DateTimeOffset now)
    {
        if (asOf is null) return new(null, MemoryReaches: lowestRetentionDays >= retentionDays);

        var reaches = asOf >= OldestGuaranteed(lowestRetentionDays, now);
        return new(reaches ? asOf : null, reaches);
    }

    /// <summary>Whoever was verified at or after this instant is still in the ledger at <paramref name="now"/>.</summary>
    public static DateTimeOffset OldestGuaranteed(int lowestRetentionDays, DateTimeOffset now) => now.AddDays(-lowestRetentionDays) + ExpiryGrain;

    /// <param name="state">
    /// One of <see cref="LedgerStates"/>; another is not skipped, so it is replayed. Who is held is always among them: when they were verified, only the entry itself
    /// tells (<see cref="Datastores.Target.VerifiedFrom"/>).
    /// </param>
    /// <param name="at">When the state was reached.</param>
    public bool Includes(string state, DateTimeOffset at, DateTimeOffset? expiresAt, DateTimeOffset now)
    {
        if (expiresAt <= now) return false;
        return state switch
        {
            LedgerStates.Void => false,
            LedgerStates.Verified => From is null || at >= From,
            _ => true,
        };
    }

    public bool Includes(LedgerEntry entry, DateTimeOffset now) => Includes(entry.State, entry.At, entry.ExpiresAt, now);
}
