using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.Lambda;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd;

public sealed class CancellationTests(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb) : SystemTest(app, dynamoDb)
{
    [Fact]
    public async Task A_cancellation_that_overtakes_its_request_stops_it()
    {
        await PublishAsync("request-cancelled.json");
        await Live.SettleAsync(Cancellation);
        Live.StatusEvents.Select(detail => ((string?)detail["request_status"], (string?)detail["cancellation"])).ShouldBe([("cancelled", "kept")]);

        await PublishAsync("erasure-requested.json");
        await Live.StatusAsync(detail => detail["cancellation"] is null && (string?)detail["request_status"] == "cancelled", Cancellation);

        await NothingWasErasedAndNobodyIsRememberedAsync();
    }

    [Fact]
    public async Task A_cancellation_before_the_erasure_begins_stops_it()
    {
        // Step Functions tries again within two seconds; meanwhile the request stands accepted.
        Live.Faults.Plan(Live.Function("PlanErasure").Name, new Fault.Throttled());
        await PublishAsync("erasure-requested.json");
        await Live.SettleAsync(Cancellation);
        (await Live.Stores.VaultItemsAsync(Cancellation)).Count.ShouldBe(4, "one for each datastore, one for the callbacks");

        await PublishAsync("request-cancelled.json");
        await Live.StatusAsync(detail => (string?)detail["cancellation"] == "accepted", Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromMinutes(5), Cancellation);

        CountOf("in_progress").ShouldBe(0);
        await NothingWasErasedAndNobodyIsRememberedAsync();
    }

    [Fact]
    public async Task A_cancellation_after_the_erasure_began_is_refused()
    {
        LockUploadsAway();
        await PublishAsync("erasure-requested.json");
        await WaitingAsync();

        await PublishAsync("request-cancelled.json");
        var refused = await Live.StatusAsync(detail => detail["cancellation"] is not null, Cancellation);

        ((string?)refused["cancellation"]).ShouldBe("refused");
        ((string?)refused["request_status"]).ShouldBe("in_progress");
        Live.Calls.Allow();
        await PublishAsync("operator-decided-retry.json");
        await Live.StatusAsync("completed", Cancellation);
        (await AdaAsync()).ShouldBe(Holdings.Nothing);
        CountOf("cancelled").ShouldBe(0);
    }

    [Fact]
    public async Task A_cancelled_request_whose_clean_up_failed_keeps_nobody_after_an_operators_retry()
    {
        Live.Faults.Plan(Live.Function("PlanErasure").Name, new Fault.Throttled());
        Live.Faults.Plan(Live.Function("CompleteRequest").Name, new Fault.KilledBefore(), times: 7);
        await PublishAsync("erasure-requested.json");
        await Live.SettleAsync(Cancellation);
        await PublishAsync("request-cancelled.json");
        await Live.StatusAsync("failed", Cancellation);
        (await Live.Stores.VaultItemsAsync(Cancellation)).ShouldNotBeEmpty();

        await PublishAsync("operator-decided-retry.json");
        await Live.StatusAsync(detail => (string?)detail["request_status"] == "cancelled" && detail["cancellation"] is null, Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromMinutes(5), Cancellation);

        (await Live.RequestAsync(AdasRequest, Cancellation)).ShouldNotBeNull().Status.ShouldBe("cancelled");
        (await AdaAsync()).ShouldBe(Holdings.Everything);
        (await Live.Stores.VaultItemsAsync(Cancellation)).ShouldBeEmpty();
        (await Live.Stores.StatesAsync(AdasRequest, Cancellation)).ShouldBeEmpty();
        ShopWrites().ShouldBeEmpty();
    }

    private async Task NothingWasErasedAndNobodyIsRememberedAsync()
    {
        (await AdaAsync()).ShouldBe(Holdings.Everything);
        (await Live.Stores.VaultItemsAsync(Cancellation)).ShouldBeEmpty();
        (await Live.Stores.StatesAsync(AdasRequest, Cancellation)).ShouldBeEmpty("void entries are as good as none");
        ShopWrites().ShouldBeEmpty();
        (await Live.ExecutionsAsync(Cancellation)).ShouldHaveSingleItem().DatastoreCalls.ShouldBeEmpty();
    }
}
