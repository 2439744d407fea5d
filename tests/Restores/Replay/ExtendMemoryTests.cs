using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Tests.Erasure;
using ServerlessGdpr.Tests.Ledger;
using ServerlessGdpr.Tests.Requests;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Restores.Replay;

/// <summary>Whoever a replay selects is remembered for longer, and whoever asked for the erasure is told so.</summary>
public sealed class ExtendMemoryTests(DynamoDbLocalProcess dynamoDb) : LedgerFixture(dynamoDb)
{
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task The_later_day_is_published_though_whoever_extends_the_memory_dies_and_not_again_once_it_is_extended(bool crashBefore, bool crashAfter)
    {
        var erasure = await CompletedAsync();
        await AdvanceToAsync(Start.AddDays(10));
        (erasure.Events.CrashBefore, erasure.Events.CrashAfter) = (crashBefore, crashAfter);
        if (crashBefore || crashAfter) await Should.ThrowAsync<Crash>(() => erasure.ReplayAsync());

        await erasure.ReplayAsync();
        var published = erasure.Events.Published.Count;
        await erasure.ReplayAsync();

        erasure.Events.Published.Count.ShouldBe(published);
        erasure.Events.Published.ShouldNotBeEmpty();
        erasure.Events.Published.ShouldAllBe(detail => (string?)detail["backups_expire_by"] == "2027-01-11");
        (await erasure.EntryAsync()).ShouldNotBeNull().ExpiresAt.ShouldBe(Start.AddDays(10 + ErasureHarness.RetentionDays + 4));
    }

    private async Task<ErasureHarness> CompletedAsync()
    {
        var erasure = new ErasureHarness(DynamoDb, Evidence, Table, Cloud.Time);
        await erasure.AcceptAsync();
        var state = await erasure.PlanAsync();
        while (state.Next == "erase") state = await erasure.AdvanceAsync(state, ErasureHarness.Erased);
        await erasure.CompleteAsync();
        erasure.Events.Published.Clear();
        return erasure;
    }
}
