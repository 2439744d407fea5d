namespace ServerlessGdpr.Functions.Datastores;

/// <summary>What an operation has seen and done so far, in all its invocations.</summary>
public sealed record Counts
{
    public long Erased { get; init; }

    public long Remaining { get; init; }

    public long Exempt { get; init; }

    public DateTimeOffset? ExemptUntil { get; init; }

    public long Newer { get; init; }

    public long Unproven { get; init; }

    /// <summary>Remaining records that an earlier key should have shown too.</summary>
    public long RemainingAgain { get; init; }

    /// <summary>Exempt records that an earlier key should have shown too.</summary>
    public long ExemptAgain { get; init; }

    /// <summary>Newer records that an earlier key should have shown too.</summary>
    public long NewerAgain { get; init; }

    /// <summary>Unproven records that an earlier key should have shown too.</summary>
    public long UnprovenAgain { get; init; }
}

/// <summary>Counts for the pages that are worked on at the same time.</summary>
/// <remarks>
/// A record reached through two keys counts once. Where the earlier key is an index that lags, it may have missed the record: then what the later key saw
/// is all there is, and it counts rather than nothing.
/// </remarks>
internal sealed class Tally(Counts start)
{
    private readonly Lock gate = new();
    private Counts counts = start;

    public Counts Counts
    {
        get
        {
            lock (gate) return counts;
        }
    }

    /// <summary>Counts at once, so that an interrupted page keeps what it did: what is erased is not met again.</summary>
    public void AddErased(long records) => Change(now => now with { Erased = now.Erased + records });

    /// <summary>Counts at the end of a page only: an interrupted page meets these again.</summary>
    public void AddRemaining(long records, bool again = false) => Change(now => again
        ? now with { RemainingAgain = now.RemainingAgain + records }
        : now with { Remaining = now.Remaining + records });

    /// <summary>Counts at the end of a page only: an interrupted page meets these again.</summary>
    public void AddExempt(DateTimeOffset until, bool again = false) => Change(now => (again
        ? now with { ExemptAgain = now.ExemptAgain + 1 }
        : now with { Exempt = now.Exempt + 1 }) with
    {
        ExemptUntil = now.ExemptUntil is { } earliest && earliest < until ? earliest : until,
    });

    /// <summary>Counts at the end of a page only: an interrupted page meets these again.</summary>
    public void AddNewer(long records, bool again = false) => Change(now => again
        ? now with { NewerAgain = now.NewerAgain + records }
        : now with { Newer = now.Newer + records });

    /// <summary>Counts at the end of a page only: an interrupted page meets these again.</summary>
    public void AddUnproven(long records, bool again = false) => Change(now => again
        ? now with { UnprovenAgain = now.UnprovenAgain + records }
        : now with { Unproven = now.Unproven + records });

    private void Change(Func<Counts, Counts> change)
    {
        lock (gate) counts = change(counts);
    }
}
