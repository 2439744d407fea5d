using ServerlessGdpr.Local.CloudFormation;
using ServerlessGdpr.Local.Demo;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.Lambda;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd;

public sealed class IntakeTests(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb) : SystemTest(app, dynamoDb)
{
    [Fact]
    public async Task The_same_event_again_is_the_same_request_and_has_no_further_effect()
    {
        await PublishAsync("erasure-requested.json");
        await PublishAsync("erasure-requested.json");
        await Live.StatusAsync("completed", Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromMinutes(30), Cancellation);
        var told = Live.StatusEvents.Count;
        await Live.Shop.PutCustomerAsync(Shop.Ada, Cancellation);

        await PublishAsync("erasure-requested.json");
        await Live.AdvanceAsync(TimeSpan.FromMinutes(30), Cancellation);

        (await Live.ExecutionsAsync(Cancellation)).Select(execution => (execution.Name, execution.Status)).ShouldBe([(AdasRequest, "SUCCEEDED")]);
        Live.StatusEvents.Count.ShouldBe(told);

        // Two deliveries at the very same time may both tell that the request came in: events are published at least once.
        Live.StatusEvents.Select(detail => (string?)detail["request_status"]).Distinct().ShouldBe(["pending", "in_progress", "completed"]);
        (await AdaAsync()).Customers.ShouldBe(1, "whoever came back after the erasure stays");
    }

    [Fact]
    public async Task Other_content_under_a_used_id_is_a_conflict_and_changes_nothing_of_the_first()
    {
        var neighbour = new Person("C-1043", "neighbour@example.com");
        await Live.Shop.PutCustomerAsync(neighbour, Cancellation);
        await PublishAsync("erasure-requested.json");
        await Live.SettleAsync(Cancellation);
        var conflicting = await PublishAsync("rejected/conflict.json");

        var rejected = await Live.StatusAsync("rejected", Cancellation);
        await Live.StatusAsync("completed", Cancellation);

        ((string?)rejected["source_event_id"]).ShouldBe(conflicting);
        ((string?)rejected["reasons"]![0]!["code"]).ShouldBe("conflict");
        (await AdaAsync()).ShouldBe(Holdings.Nothing);
        (await Live.Shop.HoldingsAsync(neighbour, Cancellation)).Customers.ShouldBe(1);
        (await Live.ExecutionsAsync(Cancellation)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_broken_event_is_rejected_without_a_value_and_leaves_its_id_free()
    {
        var broken = await Live.PublishAsync(AdasEvent(detail => detail["submitted_time"] = "2026-11-20T09:30:00"), Cancellation);
        var rejected = await Live.StatusAsync("rejected", Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromMinutes(30), Cancellation);

        ((string?)rejected["source_event_id"]).ShouldBe(broken);
        rejected["reasons"]!.AsArray().Select(reason => ((string?)reason!["field"], (string?)reason["code"])).ShouldBe([("/submitted_time", "no_offset")]);
        new Identifiers(Shop.Ada.CustomerId, Shop.Ada.Email).AreIn(rejected.ToJsonString()).ShouldBeFalse();
        (await Live.ExecutionsAsync(Cancellation)).ShouldBeEmpty();
        (await Live.Stores.VaultItemsAsync(Cancellation)).ShouldBeEmpty();
        (await AdaAsync()).ShouldBe(Holdings.Everything);

        await PublishAsync("erasure-requested.json");
        await Live.StatusAsync("completed", Cancellation);
        (await AdaAsync()).ShouldBe(Holdings.Nothing);
    }

    [Fact]
    public async Task A_message_that_always_fails_is_kept_in_the_vault_and_reported()
    {
        Live.Faults.Plan(Live.Function("ReceiveRequest").Name, new Fault.KilledBefore(), times: 100);
        var lost = await PublishAsync("erasure-requested.json");

        // Fifty attempts, six minutes apart.
        var failed = await Live.StatusAsync("failed", Cancellation, TimeSpan.FromHours(6));
        await Live.AdvanceAsync(TimeSpan.FromHours(1), Cancellation);

        ((string?)failed["source_event_id"]).ShouldBe(lost);
        ((string?)failed["reasons"]![0]!["code"]).ShouldBe("dead_letter");
        CountOf("failed").ShouldBe(1);
        var kept = (await Live.Stores.VaultItemsAsync(Cancellation)).ShouldHaveSingleItem();
        kept.Key.ShouldStartWith("@dead-letter#");
        new Identifiers(Shop.Ada.CustomerId, Shop.Ada.Email).AreIn(kept.Content).ShouldBeFalse();
        (await Live.Stores.RowsAboutRequestsAsync(Cancellation)).Select(row => row.Key).ShouldBe([$"event#{lost}/dead-letter"]);
        foreach (var queue in Live.Cloud.Get<Deployments>().OfType("AWS::SQS::Queue"))
            (await Live.CountMessagesAsync(queue, Cancellation)).ShouldBe(0, queue.LogicalId);
        (await AdaAsync()).ShouldBe(Holdings.Everything);
    }

    [Fact]
    public async Task A_decision_that_arrives_before_its_request_is_rejected_and_does_not_stop_it()
    {
        await PublishAsync("operator-decided-close.json");
        await Live.StatusAsync("rejected", Cancellation);

        await PublishAsync("erasure-requested.json");
        await Live.StatusAsync("completed", Cancellation);

        ((string?)Live.StatusEvents[0]["reasons"]![0]!["code"]).ShouldBe("unknown_request");
        (await AdaAsync()).ShouldBe(Holdings.Nothing);
    }
}
