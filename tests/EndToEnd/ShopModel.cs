using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>What the tables of the shop and their copies must hold after a history, told without knowing how the system does it.</summary>
internal sealed class ShopModel
{
    private readonly Dictionary<string, ModelRecord> records = new(StringComparer.Ordinal);
    private readonly List<ModelErasure> erasures = [];
    private readonly List<ModelCopy> copies = [];

    public IReadOnlyList<ModelErasure> Erasures => erasures;

    public IReadOnlyList<ModelCopy> Copies => copies;

    /// <param name="instead">Whether it takes the place of the person's earlier ones.</param>
    public void Write(ModelRecord record, bool instead)
    {
        if (instead)
        {
            foreach (var earlier in records.Values.Where(one => one.Table == record.Table && one.Person == record.Person).ToList())
                records[earlier.Key] = earlier with { IsReplaced = true };
        }

        records.Add(record.Key, record);
    }

    public void Erase(ModelErasure erasure) => erasures.Add(erasure);

    public IReadOnlyList<ModelErasure> UnderWay(Person person) => erasures.FindAll(erasure => erasure.Person == person && erasure.CompletedAt is null);

    public ModelCopy Restore(Snapshot snapshot, string name)
    {
        var copy = new ModelCopy(name, snapshot);
        copies.Add(copy);
        return copy;
    }

    /// <summary>What must be in a registered table, no more and no less.</summary>
    public IEnumerable<string> Live(string table) => records.Values.Where(record => record.Table == table && !record.IsReplaced && !IsErased(record)).Select(record => record.Key);

    /// <summary>Records that are in a table though their person was erased after they were written.</summary>
    public IEnumerable<string> Erased(IEnumerable<string> found) => found.Where(key => IsErased(records[key]));

    /// <summary>Records that a copy lacks though nobody asked for their erasure, and no rule lets a replay take them.</summary>
    public IEnumerable<string> Lost(ModelCopy copy, IReadOnlyList<string> found) =>
        copy.Snapshot.Keys.Except(found).Where(key => !IsErased(records[key]) && !MayBeReplayed(copy, records[key].Person));

    private bool IsErased(ModelRecord record) => erasures.Exists(erasure => erasure.Person == record.Person && erasure.At > record.WrittenAt);

    /// <summary>A copy in quarantine is erased of everyone who was verified since its data is from, whether or not they came back since.</summary>
    private bool MayBeReplayed(ModelCopy copy, Person person) =>
        erasures.Exists(erasure => erasure.Person == person && !(erasure.CompletedAt < copy.Snapshot.EffectiveAsOf));
}

/// <param name="Key">As a scan of the table tells it.</param>
internal sealed record ModelRecord(string Table, string Key, Person Person, DateTimeOffset WrittenAt)
{
    public bool IsReplaced { get; init; }
}

internal sealed record ModelErasure(string SubjectRequestId, Person Person, DateTimeOffset At)
{
    /// <summary>Null while it is under way.</summary>
    public DateTimeOffset? CompletedAt { get; set; }
}

/// <summary>A backup, or an instant that a table can be restored to.</summary>
/// <param name="Origin">The registered table that its data is from in the end.</param>
/// <param name="Backup">Null for an instant.</param>
/// <param name="EffectiveAsOf">Who was verified erased earlier cannot be in it.</param>
internal sealed record Snapshot(string Origin, string Table, string? Backup, DateTimeOffset At, DateTimeOffset EffectiveAsOf, IReadOnlyList<string> Keys);

internal sealed record ModelCopy(string Name, Snapshot Snapshot)
{
    public string Arn => $"arn:aws:dynamodb:{CloudOptions.Region}:{CloudOptions.Account}:table/{Name}";
}
