using CsCheck;
using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Functions.Restores.Recognition;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Restores;

public sealed class AsOfTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 18, 12, 0, 0, TimeSpan.Zero);

    private static readonly LookUp Job = new(LookUpAction.DescribeRestoreJob, "job-1");

    private static readonly Gen<DateTimeOffset> Instants = Gen.Int[-3, 3].Select(hours => Noon.AddHours(hours));

    private static readonly Gen<LookUp> LookUps =
        Gen.Enum<LookUpAction>().Select(OneOf("a", "b"), (action, argument) => new LookUp(action, argument));

    /// <summary>What an announcement may say, and what comes of merging several.</summary>
    internal static readonly Gen<AsOf> Any = Gen.OneOf(
        Gen.Const(AsOf.Unsaid),
        Gen.Const(AsOf.Unknown),
        Instants.Select(OneOf(AsOfConfidence.Described, AsOfConfidence.Stated), AsOf.Known),
        Instants.Select(AsOf.NotAfter),
        LookUps.Select(AsOf.ToLookUp),
        LookUps.Select(Instants.Nullable(), (lookUp, answer) => AsOf.ToLookUp(lookUp).Answer(lookUp, answer))).Array[1, 4].Select(parts => parts.Aggregate((one, other) => one.Merge(other)));

    [Fact]
    public void Merging_does_not_depend_on_who_comes_first() => Any.Select(Any).Sample((a, b) => a.Merge(b).ShouldBe(b.Merge(a)));

    [Fact]
    public void Merging_does_not_depend_on_grouping() => Any.Select(Any, Any).Sample((a, b, c) => a.Merge(b).Merge(c).ShouldBe(a.Merge(b.Merge(c))));

    [Fact]
    public void Merging_the_same_again_changes_nothing() => Any.Select(Any).Sample((a, b) =>
    {
        a.Merge(a).ShouldBe(a);
        a.Merge(b).Merge(b).ShouldBe(a.Merge(b));
        a.Merge(AsOf.Unsaid).ShouldBe(a);
    });

    [Fact]
    public void Merging_never_raises_an_instant_and_never_makes_one_of_what_cannot_be_told() => Any.Select(Any).Sample((a, b) =>
    {
        var merged = a.Merge(b);
        Level(merged).ShouldBeLessThanOrEqualTo(Level(a));
        Level(merged).ShouldBeLessThanOrEqualTo(Level(b));
    });

    [Fact]
    public void A_merged_instant_is_the_lowest_of_those_named() => Instants.Array[1, 6].Sample(instants =>
        instants.Select(at => AsOf.Known(at, AsOfConfidence.Described)).Aggregate((a, b) => a.Merge(b)).From.ShouldBe(instants.Min()));

    [Fact]
    public void An_answer_never_raises_what_was_known() => Any.Select(Instants.Nullable()).Sample((asOf, answer) =>
    {
        foreach (var lookUp in asOf.LookUps) Level(asOf.Answer(lookUp, answer)).ShouldBeLessThanOrEqualTo(Level(asOf));
    });

    [Fact]
    public void What_nobody_spoke_of_selects_everyone()
    {
        AsOf.Unsaid.From.ShouldBeNull();
        AsOf.NotAfter(Noon).From.ShouldBeNull();
        AsOf.NotAfter(Noon).Confidence.ShouldBe(AsOfConfidence.Unknown);
    }

    [Fact]
    public void An_instant_said_later_counts() => AsOf.NotAfter(Noon).Merge(AsOf.Known(Noon.AddHours(-1), AsOfConfidence.Stated)).From.ShouldBe(Noon.AddHours(-1));

    [Fact]
    public void An_open_question_selects_everyone_until_it_is_answered()
    {
        var open = AsOf.ToLookUp(Job).Merge(AsOf.Known(Noon, AsOfConfidence.Stated));

        open.From.ShouldBeNull();
        open.Answer(Job, Noon.AddHours(1)).From.ShouldBe(Noon);
        open.Answer(Job, Noon.AddHours(-1)).From.ShouldBe(Noon.AddHours(-1));
    }

    [Fact]
    public void An_answered_question_stays_answered_when_its_announcement_is_repeated() => Any.Select(Instants.Nullable()).Sample((asOf, answer) =>
    {
        var answered = asOf.LookUps.Aggregate(asOf, (open, lookUp) => open.Answer(lookUp, answer));

        answered.Merge(asOf).ShouldBe(answered);
        answered.LookUps.ShouldBeEmpty();
    });

    [Fact]
    public void A_question_without_an_answer_is_lower_than_every_instant()
    {
        var asOf = AsOf.ToLookUp(Job).Answer(Job, null).Merge(AsOf.Known(Noon, AsOfConfidence.Stated));

        asOf.From.ShouldBeNull();
        asOf.IsUnknowable.ShouldBeTrue();
    }

    [Fact]
    public void Data_that_claims_to_be_newer_than_its_restore_is_not_believed()
    {
        var contradictory = AsOf.NotAfter(Noon).Merge(AsOf.Known(Noon.AddMinutes(1), AsOfConfidence.Stated));

        contradictory.From.ShouldBeNull();
        contradictory.Merge(AsOf.Known(Noon.AddHours(-1), AsOfConfidence.Stated)).From.ShouldBeNull();
        AsOf.NotAfter(Noon).Merge(AsOf.Known(Noon, AsOfConfidence.Stated)).From.ShouldBe(Noon);
    }

    [Fact]
    public void Two_who_agree_are_as_sure_as_the_surer_one()
    {
        var described = AsOf.Known(Noon, AsOfConfidence.Described);

        described.Merge(AsOf.Known(Noon, AsOfConfidence.Stated)).Confidence.ShouldBe(AsOfConfidence.Stated);
        described.Merge(AsOf.Known(Noon.AddHours(1), AsOfConfidence.Stated)).Confidence.ShouldBe(AsOfConfidence.Described);
    }

    [Fact]
    public void Another_sweep_is_due_when_more_people_may_be_concerned()
    {
        var noon = AsOf.Known(Noon, AsOfConfidence.Stated);

        AsOf.Known(Noon.AddTicks(-1), AsOfConfidence.Stated).SelectsMoreThan(noon).ShouldBeTrue();
        AsOf.Unknown.SelectsMoreThan(noon).ShouldBeTrue();
        noon.SelectsMoreThan(noon).ShouldBeFalse();
        noon.SelectsMoreThan(AsOf.Unknown).ShouldBeFalse();
        AsOf.Unknown.SelectsMoreThan(AsOf.Unknown).ShouldBeFalse();
    }

    [Theory]
    [InlineData(13, 10, 14, 10)]
    [InlineData(14, 10, 14, 10)]
    [InlineData(15, 10, 14, 15)]
    [InlineData(9, 10, 14, 9)]
    [InlineData(15, 10, null, 10)]
    [InlineData(null, 10, 14, null)]
    [InlineData(13, null, 14, null)]
    [InlineData(15, null, 14, 15)]
    public void A_backup_of_a_copy_is_as_old_as_what_the_copy_still_held(int? own, int? parent, int? clean, int? effective) =>
        AsOf.OfBackupOfCopy(Hour(own), Hour(parent), Hour(clean)).ShouldBe(Hour(effective));

    [Fact]
    public void A_copy_of_copies_none_of_which_was_clean_is_as_old_as_the_oldest() => Instants.Array[1, 5].Sample(chain =>
        chain.Aggregate((DateTimeOffset?)null, (parent, own) => parent is null ? own : AsOf.OfBackupOfCopy(own, parent, null)).ShouldBe(chain.Min()));

    internal static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static DateTimeOffset? Hour(int? hour) => hour is { } hours ? Noon.AddHours(hours - 12) : null;

    /// <summary>Where it stands: what cannot be told is lowest, what nobody spoke of highest.</summary>
    private static long Level(AsOf asOf) => asOf.IsUnknowable ? long.MinValue : asOf.Earliest?.UtcTicks ?? long.MaxValue;
}
