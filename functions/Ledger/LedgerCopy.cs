namespace ServerlessGdpr.Functions.Ledger;

/// <summary>The write-once copy of an entry, complete in itself: any one of them rebuilds the entry as it was then.</summary>
public sealed record LedgerCopy(
    string Datastore,
    string RequestId,
    string State,
    DateTimeOffset At,
    long Revision,
    DateTimeOffset? ExpiresAt,
    byte[] Sealed,
    DateTimeOffset OpenedAt,
    DateTimeOffset KeptFrom,
    DateTimeOffset? HeldFrom = null,
    DateTimeOffset? FirstHeldFrom = null);
