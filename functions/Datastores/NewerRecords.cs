namespace ServerlessGdpr.Functions.Datastores;

/// <summary>What becomes of a record that is a subject's.</summary>
internal enum Fate
{
    Erased,

    /// <summary>It came to be after the erasure, and stays.</summary>
    Newer,

    /// <summary>Nothing proves when it came to be, and an operator must decide.</summary>
    Unproven,
}

/// <summary>
/// Which records of a restored resource are erased again: those that are as old as the person's erasure. Someone who came back since keeps
/// what is proven to be newer. In the registered resource every record of a subject goes, unless an exemption ended long after the erasure.
/// </summary>
/// <param name="target">Null for the registered resource when all goes.</param>
/// <param name="recordTime">As in <see cref="DatastoreEntry.RecordTime"/>.</param>
internal sealed class NewerRecords(Target? target, string? recordTime)
{
    /// <summary>The field that proves when a record came to be; null where none is asked.</summary>
    public string? Field => target is null ? null : recordTime;

    /// <summary>Whether a record can have another fate than being erased.</summary>
    public bool MayStay => target is not null && (recordTime is not null || target.Unproven == UnprovenRecords.Report);

    /// <summary>Of several erasures that reach one record the last counts, and one that is not verified has no end yet.</summary>
    public static DateTimeOffset? Latest(IEnumerable<DateTimeOffset?> erasedAt)
    {
        DateTimeOffset? latest = DateTimeOffset.MinValue;
        foreach (var at in erasedAt) latest = at is null || latest is null ? null : at > latest ? at : latest;
        return latest;
    }

    /// <param name="erasedAt">The last of the erasures that reach the record; null where it goes however new it is.</param>
    /// <param name="time">The text or number in <see cref="Field"/>; null when it is absent.</param>
    public Fate FateOf(DateTimeOffset? erasedAt, string? time)
    {
        if (target is null || erasedAt is null) return Fate.Erased;
        if (Field is not null && time is not null && FieldInstants.Proven(time) is { } instant) return instant > erasedAt ? Fate.Newer : Fate.Erased;
        return target.Unproven == UnprovenRecords.Report ? Fate.Unproven : Fate.Erased;
    }
}
