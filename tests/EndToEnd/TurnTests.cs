using System.Text.Json.Nodes;
using ServerlessGdpr.Local.DynamoDb;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>Access and erasure of one person, in the order in which they were accepted.</summary>
public sealed class TurnTests(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb) : SystemTest(app, dynamoDb)
{
    [Fact]
    public async Task Who_asks_for_their_data_and_then_for_erasure_gets_all_of_it_first()
    {
        await PublishAsync("access-requested.json");
        await Live.SettleAsync(Cancellation);
        await PublishAsync("erasure-requested.json");
        await Live.StatusAsync(_ => CountOf("completed") == 2, Cancellation);

        ((long?)Completed("access")["results_count"]).ShouldBe(7);
        (await AdaAsync()).ShouldBe(Holdings.Nothing);
        var held = Completed("erasure")["bundles_held"]!.AsArray().ShouldHaveSingleItem()!;
        ((string?)held["subject_request_id"]).ShouldBe((string?)Completed("access")["subject_request_id"]);
        ((string?)held["expires_at"]).ShouldBe((string?)Completed("access")["results_expire_at"]);
    }

    [Fact]
    public async Task Who_asks_for_erasure_and_then_for_their_data_is_told_what_was_erased()
    {
        await PublishAsync("erasure-requested.json");
        await Live.SettleAsync(Cancellation);
        await PublishAsync("access-requested.json");
        await Live.StatusAsync(_ => CountOf("completed") == 2, Cancellation);

        var access = Completed("access");
        ((long?)access["results_count"]).ShouldBe(0);
        var erasure = access["earlier_erasures"]!.AsArray().ShouldHaveSingleItem()!;
        ((string?)erasure["request_status"]).ShouldBe("completed");
        ((long?)erasure["results_count"]).ShouldBe(8);
        ((string?)erasure["backups_expire_by"]).ShouldBe("2026-12-28");
        Completed("erasure")["bundles_held"].ShouldBeNull();
    }

    [Fact]
    public async Task An_erasure_waits_for_an_operator_to_decide_about_the_access_request_but_never_until_it_is_late()
    {
        LockUploadsAway();
        await PublishAsync("access-requested.json");
        await WaitingAsync();
        Live.Calls.Allow();
        await PublishAsync("erasure-requested.json");

        // Both are due on 20 December.
        await AdvanceToAsync(new(2026, 12, 13, 8, 0, 0, TimeSpan.Zero));
        CountOf("completed").ShouldBe(0);
        ShopWrites().ShouldBeEmpty();
        Live.Logs.ShouldNotContain(line => line.Contains("RequestsOvertaking", StringComparison.Ordinal));

        await Live.AdvanceAsync(TimeSpan.FromHours(2), Cancellation);
        Completed("erasure");
        (await AdaAsync()).ShouldBe(Holdings.Nothing);
        Live.Logs.ShouldContain(line => line.Contains("RequestsOvertaking", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_erasure_can_be_cancelled_while_it_waits()
    {
        LockUploadsAway();
        await PublishAsync("access-requested.json");
        await WaitingAsync();
        await PublishAsync("erasure-requested.json");
        await Live.SettleAsync(Cancellation);

        await PublishAsync("request-cancelled.json");
        await Live.AdvanceAsync(TimeSpan.FromHours(2), Cancellation);

        Live.StatusEvents.ShouldContain(detail => (string?)detail["cancellation"] == "accepted");
        (await Live.ExecutionsAsync(Cancellation)).ShouldHaveSingleItem().Status.ShouldBe("SUCCEEDED");
        ShopWrites().ShouldBeEmpty();
    }

    [Fact]
    public async Task Nobody_waits_for_another_person_or_for_a_dry_run()
    {
        LockUploadsAway();
        await PublishAsync("access-requested.json");
        await PublishAsync("erasure-dry-run.json");
        await WaitingAsync();
        Live.Calls.Allow();

        await PublishAsync("erasure-requested-another-person.json");
        await Live.StatusAsync(detail => (string?)detail["request_status"] == "completed" && (bool?)detail["dry_run"] != true, Cancellation);

        (await AdaAsync()).ShouldBe(Holdings.Everything);
    }

    private async Task AdvanceToAsync(DateTimeOffset instant)
    {
        await Live.StopWatchingAsync(Cancellation);
        await Live.AdvanceAsync(instant - Live.Cloud.Time.GetUtcNow(), Cancellation);
    }

    private JsonObject Completed(string type) =>
        Live.StatusEvents.Single(detail => (string?)detail["request_status"] == "completed" && (string?)detail["subject_request_type"] == type);
}
