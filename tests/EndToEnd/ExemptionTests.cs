using ServerlessGdpr.Local.DynamoDb;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd;

public sealed class ExemptionTests(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb) : SystemTest(app, dynamoDb)
{
    private static readonly DateTimeOffset LockEnds = DeployedSystem.Start.AddHours(26).AddMinutes(30);

    [Fact]
    public async Task A_locked_version_is_exempt_until_its_lock_ends_and_is_erased_then()
    {
        await Live.Shop.PutLockedUploadAsync(Shop.Ada, LockEnds, Cancellation);
        await PublishAsync("erasure-requested.json");
        var first = await Live.StatusAsync("partially_completed", Cancellation);

        ((string?)OutcomeOf(first, "uploads")["outcome"]).ShouldBe("exempt");
        ((long?)OutcomeOf(first, "uploads")["erased"]).ShouldBe(4);
        ((long?)OutcomeOf(first, "uploads")["exempt"]).ShouldBe(1);
        ((DateTimeOffset?)OutcomeOf(first, "uploads")["exempt_until"]).ShouldBe(LockEnds);
        (await AdaAsync()).ShouldBe(new Holdings(0, 0, 1));
        (await Live.Stores.VaultItemsAsync(Cancellation)).ShouldBeEmpty();
        var held = (await Live.Stores.EntryAsync("uploads", AdasRequest, Cancellation)).ShouldNotBeNull();
        (held.State, held.At, held.ExpiresAt).ShouldBe(("held", LockEnds, null));

        await Live.AdvanceAsync(TimeSpan.FromHours(26), Cancellation);
        (await Live.ExecutionsAsync(Cancellation)).Count.ShouldBe(1, "not a moment before the lock ends");
        var completed = await Live.StatusAsync("completed", Cancellation);

        (await AdaAsync()).ShouldBe(Holdings.Nothing);
        (await OtherAsync()).ShouldBe(Holdings.Everything);
        ((string?)OutcomeOf(completed, "uploads")["outcome"]).ShouldBe("erased");
        ((DateTimeOffset?)OutcomeOf(completed, "uploads")["verified_at"]).ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(LockEnds);
        var runs = await Live.ExecutionsAsync(Cancellation);
        runs.Select(run => run.Name).ShouldBe([AdasRequest, $"{AdasRequest}-r1"]);
        runs[1].DatastoreCalls.ShouldAllBe(call => call.Datastore == "uploads");
        (await Live.Stores.StatesAsync(AdasRequest, Cancellation)).Values.ShouldBe(["verified", "verified", "verified"]);
        (await Live.Stores.VaultItemsAsync(Cancellation)).ShouldBeEmpty();
        (await Live.Stores.EvidenceAsync(Cancellation)).Select(record => record.Key.Split('@')[0]).Where(key => key.StartsWith("certificates/"))
            .ShouldBe([$"certificates/{AdasRequest}/r0.json", $"certificates/{AdasRequest}/r1.json"], ignoreOrder: true);
    }
}
