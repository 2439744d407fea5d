namespace ServerlessGdpr.Tests.EndToEnd.Histories;

/// <summary>What the shop's tables, its bucket and their copies must hold after a history, told without knowing how the system does it.</summary>
internal sealed class ShopModel
{
    public static readonly IReadOnlyList<string> Resources = [Shop.Customers, Shop.Orders, Shop.Uploads];

    private readonly Dictionary<string, ModelRecord> records = new(StringComparer.Ordinal);
    private readonly List<ModelErasure> erasures = [];
    private readonly List<ModelCopy> copies = [];

    public IReadOnlyList<ModelErasure> Erasures => erasures;

    /// <summary>Deleted ones too.</summary>
    public IReadOnlyList<ModelCopy> AllCopies => copies;

    public IReadOnlyList<ModelCopy> Copies => copies.FindAll(copy => !copy.IsDeleted);

    public static string OriginOf(string resource) => resource.Split("-restored-")[0];

    public static bool IsBucket(string resource) => OriginOf(resource) == Shop.Uploads;

    /// <param name="instead">Whether it takes the place of the person's earlier ones.</param>
    public void Write(ModelRecord record, bool instead)
    {
        if (instead)
        {
            foreach (var earlier in records.Values.Where(one => one.Resource == record.Resource && one.Person == record.Person).ToList())
                records[earlier.Key] = earlier with { IsReplaced = true };
        }

        records.Add(record.Key, record);
    }

    public void Erase(ModelErasure erasure) => erasures.Add(erasure);

    public IReadOnlyList<ModelErasure> UnderWay(Person person) => erasures.FindAll(erasure => erasure.Person == person && erasure.CompletedAt is null);

    public ModelCopy Copy(string name) => copies.Last(copy => copy.Name == name && !copy.IsDeleted);

    public ModelCopy Restore(string name, Snapshot snapshot)
    {
        // Some of AWS's events name a table by its name alone: what they say of one that had the name before, and went before it was clean, may be taken for this one.
        var mistaken = copies.Exists(copy => copy.Name == name && !copy.WasClean);
        var copy = new ModelCopy(name, snapshot, mistaken ? DateTimeOffset.MinValue : snapshot.EffectiveAsOf);
        copies.Add(copy);
        return copy;
    }

    /// <summary>Who was verified erased before this instant cannot be in a backup that is taken of a resource at another.</summary>
    /// <param name="cleanSince">When a copy was last said to be clean; null for never.</param>
    public DateTimeOffset EffectiveAsOf(string resource, DateTimeOffset at, Func<ModelCopy, DateTimeOffset?> cleanSince) =>
        copies.Where(copy => copy.Name == resource && !(cleanSince(copy) < at)).Select(copy => copy.EffectiveAsOf).Append(at).Min();

    /// <summary>What must be in a registered resource, no more and no less.</summary>
    public IEnumerable<string> Live(string resource) =>
        records.Values.Where(record => record.Resource == resource && !record.IsReplaced && !IsErased(record)).Select(record => record.Key);

    /// <summary>Records that are in a resource though their person was erased after they were written.</summary>
    /// <param name="askedBefore">Erasures that were asked for later do not count.</param>
    public IEnumerable<string> Erased(IEnumerable<string> found, DateTimeOffset? askedBefore = null) => found.Where(key => IsErased(records[key], askedBefore));

    /// <summary>Records that a copy lacks though nobody asked for their erasure, and no rule lets a replay take them.</summary>
    public IEnumerable<string> Lost(ModelCopy copy, IReadOnlyList<string> found) =>
        copy.Snapshot.AtLeast.Except(found).Where(key => !IsErased(records[key]) && !MayBeReplayed(copy, records[key].Person));

    private bool IsErased(ModelRecord record, DateTimeOffset? askedBefore = null) =>
        erasures.Exists(erasure => erasure.Person == record.Person && erasure.At > record.WrittenAt && !(erasure.At >= askedBefore));

    /// <summary>A copy in quarantine is erased of everyone who was verified since its data is from, whether or not they came back since.</summary>
    private bool MayBeReplayed(ModelCopy copy, Person person) =>
        erasures.Exists(erasure => erasure.Person == person && !(erasure.CompletedAt < copy.EffectiveAsOf));
}

/// <param name="Key">As a listing of the resource tells it.</param>
internal sealed record ModelRecord(string Resource, string Key, Person Person, DateTimeOffset WrittenAt)
{
    public bool IsReplaced { get; init; }
}

internal sealed record ModelErasure(string SubjectRequestId, Person Person, DateTimeOffset At)
{
    /// <summary>Null while it is under way.</summary>
    public DateTimeOffset? CompletedAt { get; set; }
}

/// <summary>A backup, or an instant that a table can be restored to.</summary>
/// <param name="Backup">Null for an instant.</param>
/// <param name="EffectiveAsOf">Who was verified erased earlier cannot be in it.</param>
/// <param name="AtMost">The records it may hold.</param>
/// <param name="AtLeast">The records it must hold: AWS Backup takes a while, in which some may be erased.</param>
internal sealed record Snapshot(
    string Resource, string? Backup, bool InVault, DateTimeOffset At, DateTimeOffset EffectiveAsOf, IReadOnlyList<string> AtMost, IReadOnlyList<string> AtLeast);

internal sealed class ModelCopy(string name, Snapshot snapshot, DateTimeOffset effectiveAsOf)
{
    public string Name => name;

    public Snapshot Snapshot => snapshot;

    /// <summary>Who was verified erased earlier has nothing to fear from its replay.</summary>
    public DateTimeOffset EffectiveAsOf => effectiveAsOf;

    /// <summary>What its restore is known under: the table's own id, or the job that made the bucket; null until that is known.</summary>
    public string? RestoredAs { get; set; }

    public bool IsDeleted { get; set; }

    /// <summary>When it was deleted.</summary>
    public bool WasClean { get; set; }
}
