using ServerlessGdpr.Local.DynamoDb;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd;

public sealed class OperatorTests(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb) : SystemTest(app, dynamoDb)
{
    [Fact]
    public async Task A_datastore_that_denies_access_holds_up_no_other_and_waits_for_an_operator_who_retries()
    {
        LockUploadsAway();
        await PublishAsync("erasure-requested.json");
        var waiting = await WaitingAsync();
        await Live.AdvanceAsync(TimeSpan.FromHours(5), Cancellation);

        ((string?)waiting["request_status"]).ShouldBe("in_progress");
        waiting["waiting"]!.AsArray().Select(datastore => (string?)datastore).ShouldBe(["uploads"]);
        (await AdaAsync()).ShouldBe(new Holdings(0, 0, 4));
        (await Live.Stores.StatesAsync(AdasRequest, Cancellation)).ShouldBe(
            new Dictionary<string, string> { ["customers"] = "verified", ["orders"] = "verified", ["uploads"] = "open" }, ignoreOrder: true);
        (await Live.Stores.VaultItemsAsync(Cancellation)).Select(item => item.Key).ShouldBe(
            [$"@request#{AdasRequest}/callbacks", $"uploads#{AdasRequest}/identities"], ignoreOrder: true);
        var run = (await Live.ExecutionsAsync(Cancellation)).ShouldHaveSingleItem();
        run.Status.ShouldBe("RUNNING");
        run.Failures.ShouldBe(["DatastoreAccessDenied"], "what only an operator can change is not retried");

        Live.Calls.Allow();
        await PublishAsync("operator-decided-retry.json");
        var completed = await Live.StatusAsync("completed", Cancellation);

        (await AdaAsync()).ShouldBe(Holdings.Nothing);
        ((long?)OutcomeOf(completed, "uploads")["erased"]).ShouldBe(4);
        ((long?)OutcomeOf(completed, "orders")["erased"]).ShouldBe(3);
        (await Live.Stores.VaultItemsAsync(Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_operator_closes_a_waiting_task_with_a_reason_and_the_person_stays_in_the_ledger()
    {
        LockUploadsAway();
        await PublishAsync("erasure-requested.json");
        await WaitingAsync();

        await PublishAsync("operator-decided-close.json");
        var ended = await Live.StatusAsync("partially_completed", Cancellation);

        ((string?)OutcomeOf(ended, "uploads")["outcome"]).ShouldBe("closed");
        ((string?)OutcomeOf(ended, "uploads")["reason"]).ShouldBe("datastore_retired");
        OutcomeOf(ended, "uploads")["verified_at"].ShouldBeNull();
        (await AdaAsync()).ObjectVersions.ShouldBe(4);
        var entry = (await Live.Stores.EntryAsync("uploads", AdasRequest, Cancellation)).ShouldNotBeNull();
        entry.State.ShouldBe("open", "a replay must still include the person");
        entry.ExpiresAt.ShouldNotBeNull().ShouldBe(Live.Cloud.Time.GetUtcNow().AddDays(35), TimeSpan.FromMinutes(5));
        (await Live.Stores.VaultItemsAsync(Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_decision_counts_once()
    {
        LockUploadsAway();
        await PublishAsync("erasure-requested.json");
        await WaitingAsync();

        await PublishAsync("operator-decided-close.json");
        await PublishAsync("operator-decided-close.json");
        await Live.StatusAsync("partially_completed", Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromMinutes(30), Cancellation);

        CountOf("partially_completed").ShouldBe(1);
        var rejected = Live.StatusEvents.Where(detail => (string?)detail["request_status"] == "rejected").ShouldHaveSingleItem();
        ((string?)rejected["reasons"]![0]!["code"]).ShouldBe("not_waiting");
        (await Live.ExecutionsAsync(Cancellation)).ShouldHaveSingleItem().Status.ShouldBe("SUCCEEDED");
    }

    [Fact]
    public async Task An_operator_who_does_not_answer_is_asked_again_after_thirty_days()
    {
        LockUploadsAway();
        await PublishAsync("erasure-requested.json");
        await WaitingAsync();
        await Live.StopWatchingAsync(Cancellation);

        await Live.AdvanceAsync(TimeSpan.FromDays(29), Cancellation);
        Live.StatusEvents.Count(detail => detail["waiting"] is not null).ShouldBe(1);
        await Live.AdvanceAsync(TimeSpan.FromDays(2), Cancellation);
        Live.StatusEvents.Count(detail => detail["waiting"] is not null).ShouldBe(2);

        Live.Calls.Allow();
        await PublishAsync("operator-decided-retry.json");
        await Live.StatusAsync("completed", Cancellation);
        (await AdaAsync()).ShouldBe(Holdings.Nothing);
    }
}
