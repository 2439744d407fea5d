using System.Text.Json.Serialization;

namespace ServerlessGdpr.Functions.Restores;

/// <summary>How an instant became known.</summary>
public enum AsOfConfidence
{
    /// <summary>It is not: everyone is replayed.</summary>
    Unknown,

    /// <summary>AWS says so of the backup.</summary>
    Described,

    /// <summary>The restore was asked for this very instant.</summary>
    Stated,
}

/// <summary>
/// The instant restored data is from, as far as announcements tell. Each adds what it knows by <see cref="Merge"/>, in any order and any number of times:
/// the lowest instant wins, and 'nobody can tell' is lower than every instant. What nobody has spoken of yet (<see cref="Unsaid"/>) is above them all, and selects
/// like the unknown until somebody does.
/// </summary>
public sealed record AsOf
{
    public static readonly AsOf Unsaid = new();

    /// <summary>It was asked for and cannot be told.</summary>
    public static readonly AsOf Unknown = new() { CannotBeTold = true };

    public bool CannotBeTold { get; init; }

    /// <summary>The lowest instant that was named, and the best confidence it was named with.</summary>
    public DateTimeOffset? Earliest { get; init; }

    public AsOfConfidence EarliestConfidence { get; init; }

    /// <summary>The highest instant that was named: where it lies beyond <see cref="AtMost"/>, one of both is wrong and none is believed.</summary>
    public DateTimeOffset? Latest { get; init; }

    /// <summary>Data cannot be newer than the restore that brought it back.</summary>
    public DateTimeOffset? AtMost { get; init; }

    /// <summary>What can still be asked; ordered, each once.</summary>
    public IReadOnlyList<LookUp> LookUps { get; init; } = [];

    /// <summary>What was asked and need not be asked again when the announcement that named it is repeated.</summary>
    public IReadOnlyList<LookUp> Answered { get; init; } = [];

    /// <summary>Everyone verified at or after this instant is replayed; null: everyone.</summary>
    [JsonIgnore]
    public DateTimeOffset? From => LookUps.Count > 0 || IsUnknowable ? null : Earliest;

    [JsonIgnore]
    public AsOfConfidence Confidence => From is null ? AsOfConfidence.Unknown : EarliestConfidence;

    /// <summary>No announcement and no answer can make an instant of it any more.</summary>
    [JsonIgnore]
    public bool IsUnknowable => CannotBeTold || Latest > AtMost;

    public static AsOf Known(DateTimeOffset at, AsOfConfidence confidence) => new() { Earliest = at, EarliestConfidence = confidence, Latest = at };

    public static AsOf NotAfter(DateTimeOffset bound) => new() { AtMost = bound };

    public static AsOf ToLookUp(LookUp lookUp) => new() { LookUps = [lookUp] };

    public AsOf Merge(AsOf other)
    {
        var answered = LookUp.Union(Answered, other.Answered);
        return new()
        {
            CannotBeTold = CannotBeTold || other.CannotBeTold,
            Earliest = Lower(Earliest, other.Earliest),
            EarliestConfidence = ConfidenceOfLower(other),
            Latest = Latest is null || other.Latest > Latest ? other.Latest : Latest,
            AtMost = Lower(AtMost, other.AtMost),
            LookUps = [.. LookUp.Union(LookUps, other.LookUps).Except(answered)],
            Answered = answered,
        };
    }

    /// <summary>Takes in what AWS answered.</summary>
    /// <param name="answer">Null where it had no answer, or one that is no instant.</param>
    public AsOf Answer(LookUp lookUp, DateTimeOffset? answer) =>
        Merge((answer is { } at ? Known(at, AsOfConfidence.Described) : Unknown) with { Answered = [lookUp] });

    /// <summary>Whether more people may have to be replayed than for <paramref name="other"/>: another sweep is due.</summary>
    public bool SelectsMoreThan(AsOf other) => other.From is { } theirs && (From is not { } mine || mine < theirs);

    /// <summary>Whether it tells, or asks, something that <paramref name="before"/> did not and that may lead to a lower instant.</summary>
    public bool MayBeLowerThan(AsOf before) =>
        SelectsMoreThan(before) || IsUnknowable != before.IsUnknowable || Earliest != before.Earliest || LookUps.Except(before.LookUps).Any();

    public bool Equals(AsOf? other) =>
        other is not null && CannotBeTold == other.CannotBeTold && Earliest == other.Earliest && EarliestConfidence == other.EarliestConfidence
        && Latest == other.Latest && AtMost == other.AtMost && LookUps.SequenceEqual(other.LookUps) && Answered.SequenceEqual(other.Answered);

    public override int GetHashCode() => HashCode.Combine(CannotBeTold, Earliest, EarliestConfidence, Latest, AtMost, LookUps.Count);

    /// <summary>
    /// The effective asOf of a backup that was taken of a restored copy. Before the copy was clean it still held people who were erased since the copy's own asOf.
    /// </summary>
    /// <param name="own">When the backup was taken; null for unknown.</param>
    /// <param name="parent">The copy's effective asOf; null for unknown.</param>
    /// <param name="parentClean">When the copy was declared clean; null while it is not.</param>
    public static DateTimeOffset? OfBackupOfCopy(DateTimeOffset? own, DateTimeOffset? parent, DateTimeOffset? parentClean)
    {
        // Two clocks tell the same instant: in doubt the copy was not clean yet.
        if (own > parentClean) return own;
        return own is null || parent is null ? null : Lower(own, parent);
    }

    private AsOfConfidence ConfidenceOfLower(AsOf other)
    {
        if (Earliest == other.Earliest) return EarliestConfidence > other.EarliestConfidence ? EarliestConfidence : other.EarliestConfidence;
        return Lower(Earliest, other.Earliest) == Earliest ? EarliestConfidence : other.EarliestConfidence;
    }

    private static DateTimeOffset? Lower(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;
}
