using ServerlessGdpr.Functions.Restores.Recognition;

namespace ServerlessGdpr.Functions.Restores;

/// <summary>What one announcement says of a restore.</summary>
/// <param name="Datastores">The registered datastores concerned; empty while their source has to be looked up.</param>
/// <param name="OperatorReason">One of <see cref="OperatorReasons"/>; null when the announcement can be handled.</param>
internal sealed record RestoreAnnouncement(Restore Restore, IReadOnlyList<string> Datastores, string? OperatorReason)
{
    /// <summary>What the notices of one event say together: they are about one restore.</summary>
    /// <returns>Null when none of them announces a restore.</returns>
    public static RestoreAnnouncement? Of(IReadOnlyList<RestoreNotice> notices)
    {
        var told = notices.Select(Of).OfType<RestoreAnnouncement>().ToList();
        return told is [] ? null : told.Aggregate((one, other) => new(
            one.Restore.Merge(other.Restore), [.. one.Datastores, .. other.Datastores], Restores.Restore.First(one.OperatorReason, other.OperatorReason)));
    }

    public RestoreRecord Begin(string restoreId) => new()
    {
        RestoreId = restoreId,
        Restore = Restore,
        Datastores = Sorted(Datastores),
        Status = RestoreStatuses.InProgress,
        OperatorReason = OperatorReason,
    };

    /// <summary>
    /// Order and repetition do not matter. What was resolved before is due again where something new is told or asked: it may lead to a lower instant.
    /// A restore that had ended is then open again, in its next attempt.
    /// </summary>
    public RestoreRecord AddTo(RestoreRecord known)
    {
        var restore = known.Restore.Merge(Restore);
        var datastores = Sorted(known.Datastores.Union(Datastores));
        var told = known with { Restore = restore, Datastores = datastores, OperatorReason = ReasonBeside(known) };
        var isAdded = datastores.Count > known.Datastores.Count;
        if (!isAdded && !restore.AsOf.MayBeLowerThan(known.Restore.AsOf)) return told;

        // Of a datastore that is named for the first time nobody was selected: it is not clean because the others are, nor did an operator judge its records.
        if (isAdded) told = told with { CleanAt = null, UnprovenDecision = null, LaterSweeps = 0 };
        if (RestoreStatuses.IsTerminal(known.Status)) return told with { SelectAgain = true, Status = RestoreStatuses.InProgress, Attempt = known.Attempt + 1 };

        // Before anything is resolved, whoever resolves it sees all of it.
        return known.IsResolved ? told with { SelectAgain = true } : told;
    }

    /// <summary>One announcement that can be handled is enough. What the replay itself asks an operator about is no announcement's to withdraw.</summary>
    private string? ReasonBeside(RestoreRecord known)
    {
        if (known.OperatorReason is not { } reason || !OperatorReasons.OfAnnouncements.Contains(reason)) return known.OperatorReason;
        return OperatorReason is null ? null : Restores.Restore.First(reason, OperatorReason);
    }

    private static RestoreAnnouncement? Of(RestoreNotice notice) => notice switch
    {
        Announced announced => new(announced.Restore, [announced.Datastore], null),
        SourceToLookUp open => new(open.Restore, [], null),
        NeedsOperator needed => new(needed.Restore, needed.Datastore is { } datastore ? [datastore] : [], needed.Reason),
        _ => null,
    };

    private static IReadOnlyList<string> Sorted(IEnumerable<string> datastores) => [.. datastores.Distinct().Order(StringComparer.Ordinal)];
}
