using CsCheck;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Functions.Restores.Recognition;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Restores;

public sealed class RestoreSelectionTests
{
    private const int Retention = 35;

    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private static readonly DateTimeOffset AsOf = Now.AddDays(-3);

    private static readonly Gen<LedgerEntry> Entries = Gen.Select(
        AsOfTests.OneOf(LedgerStates.Open, LedgerStates.Verified, LedgerStates.Held, LedgerStates.Void),
        Gen.Int[-6 * 24, 2 * 24].Select(hours => Now.AddHours(hours)),
        Gen.Int[-24, 24].Select(hours => Now.AddHours(hours)).Nullable(),
        (state, at, expires) => Entry(state, at, expires));

    [Theory]
    [InlineData(LedgerStates.Verified, 0, true)]
    [InlineData(LedgerStates.Verified, 1, true)]
    [InlineData(LedgerStates.Verified, -1, false)]
    [InlineData(LedgerStates.Open, -1, true)]
    [InlineData(LedgerStates.Open, 1, true)]
    [InlineData(LedgerStates.Held, -1, true)]
    [InlineData(LedgerStates.Held, 1, true)]
    [InlineData(LedgerStates.Void, 0, false)]
    public void Who_was_verified_at_the_very_instant_is_replayed_and_so_is_who_is_not_verified(string state, long ticksAfterAsOf, bool selected) =>
        Select(AsOf).Includes(Entry(state, AsOf.AddTicks(ticksAfterAsOf)), Now).ShouldBe(selected);

    [Fact]
    public void Unknown_selects_everyone_the_ledger_knows()
    {
        Select(null).Includes(Entry(LedgerStates.Verified, Now.AddDays(-34)), Now).ShouldBeTrue();
        Select(null).Includes(Entry(LedgerStates.Held, Now.AddYears(1)), Now).ShouldBeTrue();
        Select(null).Includes(Entry(LedgerStates.Void, Now), Now).ShouldBeFalse();
    }

    [Theory]
    [InlineData(LedgerStates.Verified)]
    [InlineData(LedgerStates.Open)]
    public void An_expired_entry_is_gone_before_it_is_deleted(string state)
    {
        Select(null).Includes(Entry(state, AsOf, Now), Now).ShouldBeFalse();
        Select(null).Includes(Entry(state, AsOf, Now.AddTicks(1)), Now).ShouldBeTrue();
    }

    [Fact]
    public void An_entry_in_a_state_of_the_future_is_replayed() => Select(AsOf).Includes(Entry("suspended", AsOf.AddDays(-1)), Now).ShouldBeTrue();

    [Fact]
    public void Data_older_than_the_ledgers_memory_is_cleaned_of_everyone_and_never_clean()
    {
        var selection = Select(Now.AddDays(-Retention));

        selection.BestResult.ShouldBe("cleaned_incompletely");
        selection.Includes(Entry(LedgerStates.Verified, Now.AddDays(-Retention - 1)), Now).ShouldBeTrue();
    }

    [Fact]
    public void Data_within_the_ledgers_memory_may_become_clean()
    {
        var oldest = RestoreSelection.OldestGuaranteed(Retention, Now);

        Select(oldest).ShouldBe(new RestoreSelection(oldest, MemoryReaches: true));
        Select(oldest.AddTicks(-1)).MemoryReaches.ShouldBeFalse();
        Select(oldest).BestResult.ShouldBe("clean");
    }

    [Fact]
    public void A_shorter_retention_in_the_past_shortens_the_memory() =>
        RestoreSelection.Of(Now.AddDays(-10), Retention, lowestRetentionDays: 7, Now).BestResult.ShouldBe("cleaned_incompletely");

    [Fact]
    public void Unknown_is_as_old_as_a_backup_may_be()
    {
        RestoreSelection.Of(null, Retention, Retention, Now).BestResult.ShouldBe("clean");
        RestoreSelection.Of(null, Retention, Retention - 1, Now).BestResult.ShouldBe("cleaned_incompletely");
    }

    [Fact]
    public void Selection_is_what_a_naive_reading_of_the_rules_selects() =>
        Gen.Select(Entries.Array[0, 20], Gen.Int[-5 * 24, 0].Nullable(), Gen.Int[1, 6]).Sample((entries, hours, lowest) =>
        {
            var asOf = hours is { } offset ? Now.AddHours(offset) : default(DateTimeOffset?);
            var selection = RestoreSelection.Of(asOf, 6, lowest, Now);

            entries.Where(entry => selection.Includes(entry, Now)).ShouldBe(Naive(entries, asOf, tooOld: asOf < Now.AddDays(-lowest).AddSeconds(1)));
        });

    /// <summary>Nobody whose erasure the ledger had to forget may be missing from a result called clean.</summary>
    [Fact]
    public void A_ledger_that_forgot_someone_never_yields_clean() =>
        Gen.Select(Gen.Long[0, TimeSpan.TicksPerDay * 3], Gen.Long[0, TimeSpan.TicksPerDay * 3], Gen.Int[1, 2]).Sample((verifiedAgo, asOfAgo, retention) =>
        {
            var verified = Now.AddTicks(-verifiedAgo);
            var asOf = Now.AddTicks(-asOfAgo);
            var stored = LedgerEntry.FromItem(Entry(LedgerStates.Verified, verified, verified.AddDays(retention)).ToItem());
            var selection = RestoreSelection.Of(asOf, retention, retention, Now);

            if (verified >= asOf && !selection.Includes(stored, Now)) selection.MemoryReaches.ShouldBeFalse();
        }, iter: 20_000);

    [Fact]
    public void A_lower_instant_never_selects_fewer() => Gen.Select(Entries, Gen.Int[0, 5 * 24], Gen.Int[0, 5 * 24]).Sample((entry, one, other) =>
    {
        var later = Select(Now.AddHours(-Math.Min(one, other)));
        var earlier = Select(Now.AddHours(-Math.Max(one, other)));
        if (later.Includes(entry, Now)) earlier.Includes(entry, Now).ShouldBeTrue();
        if (earlier.Includes(entry, Now)) Select(null).Includes(entry, Now).ShouldBeTrue();
    });

    private static IEnumerable<LedgerEntry> Naive(IEnumerable<LedgerEntry> entries, DateTimeOffset? asOf, bool tooOld)
    {
        foreach (var entry in entries)
        {
            var alive = entry.ExpiresAt is null || entry.ExpiresAt > Now;
            var open = entry.State is "open" or "held";
            var verifiedSince = entry.State == "verified" && (asOf is null || tooOld || entry.At >= asOf.Value);
            if (alive && (open || verifiedSince)) yield return entry;
        }
    }

    private static RestoreSelection Select(DateTimeOffset? asOf) => RestoreSelection.Of(asOf, Retention, Retention, Now);

    private static LedgerEntry Entry(string state, DateTimeOffset at, DateTimeOffset? expires = null) => new()
    {
        Datastore = "customers",
        RequestId = "request-1",
        State = state,
        At = at,
        Revision = 1,
        Sealed = [1],
        OpenedAt = at,
        KeptFrom = at,
        LockedUntil = at,
        Copies = new Dictionary<string, string> { ["00-open"] = "version" },
        ExpiresAt = expires,
    };
}
