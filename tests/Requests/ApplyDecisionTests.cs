using System.Text.Json.Nodes;
using ServerlessGdpr.Local.DynamoDb;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Requests;

public sealed class ApplyDecisionTests(DynamoDbLocalProcess process) : IAsyncLifetime
{
    private const string EventId = "315c1398-40ff-a850-213b-158f73e60175";
    private IntakeHarness intake = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        intake = await IntakeHarness.CreateAsync(process);
        await intake.DeliverAsync(Samples.Body("erasure-requested.json"));
        await intake.Store.MarkStartedAsync(Samples.RequestId, 0, Cancellation);
    }

    public ValueTask DisposeAsync() => intake.DisposeAsync();

    [Fact]
    public async Task A_decision_goes_to_the_execution_that_waits()
    {
        await WaitAsync("token-1");

        (await intake.DeliverAsync(Samples.Body("operator-decided-close.json"))).ShouldBeTrue();

        JsonNode.DeepEquals(
            intake.Workflows.Decisions.ShouldHaveSingleItem(),
            JsonNode.Parse("""{"decision":"close","reason":"datastore_retired","datastores":["uploads"]}""")).ShouldBeTrue();
        (await intake.RequestAsync())!.TaskToken.ShouldBeNull();
    }

    [Fact]
    public async Task A_retry_of_all_that_waits_names_no_datastore()
    {
        await WaitAsync("token-1");

        await intake.DeliverAsync(Samples.Body("operator-decided-retry.json"));

        JsonNode.DeepEquals(
            intake.Workflows.Decisions.ShouldHaveSingleItem(), JsonNode.Parse("""{"decision":"retry","reason":null,"datastores":null}""")).ShouldBeTrue();
    }

    [Fact]
    public async Task When_nothing_waits_a_decision_is_rejected()
    {
        await intake.DeliverAsync(Samples.Body("operator-decided-retry.json"));

        LastReason().ShouldBe("not_waiting");
    }

    [Fact]
    public async Task A_decision_for_a_request_that_is_not_there_is_rejected()
    {
        await intake.DeliverAsync(Samples.Body("rejected/decision-for-unknown-request.json"));

        LastReason().ShouldBe("unknown_request");
    }

    [Fact]
    public async Task When_the_token_is_dead_a_decision_is_rejected_and_the_next_may_decide()
    {
        await intake.Store.SetTaskTokenAsync(Samples.RequestId, "token-timed-out", Cancellation);
        await intake.DeliverAsync(Samples.Body("operator-decided-retry.json"));
        LastReason().ShouldBe("not_waiting");

        await WaitAsync("token-2");
        (await intake.DeliverAsync(Samples.Body("operator-decided-retry.json"))).ShouldBeTrue();

        intake.Workflows.Decisions.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_same_decision_twice_is_taken_once_and_not_rejected()
    {
        await WaitAsync("token-1");
        await intake.DeliverAsync(Samples.Body("operator-decided-retry.json", EventId));

        (await intake.DeliverAsync(Samples.Body("operator-decided-retry.json", EventId))).ShouldBeTrue();

        intake.Workflows.Decisions.Count.ShouldBe(1);
        intake.Events.Statuses.ShouldBe(["pending"]);
    }

    [Fact]
    public async Task A_crash_after_the_decision_was_delivered_is_not_taken_for_a_dead_token()
    {
        await WaitAsync("token-1");
        intake.Workflows.CrashAfter = true;
        (await intake.DeliverAsync(Samples.Body("operator-decided-retry.json", EventId))).ShouldBeFalse();

        (await intake.DeliverAsync(Samples.Body("operator-decided-retry.json", EventId))).ShouldBeTrue();

        intake.Workflows.Decisions.Count.ShouldBe(1);
        intake.Events.Statuses.ShouldBe(["pending"]);
    }

    [Fact]
    public async Task A_crash_before_the_decision_was_delivered_is_healed()
    {
        await WaitAsync("token-1");
        intake.Workflows.CrashBefore = true;
        (await intake.DeliverAsync(Samples.Body("operator-decided-retry.json", EventId))).ShouldBeFalse();

        (await intake.DeliverAsync(Samples.Body("operator-decided-retry.json", EventId))).ShouldBeTrue();

        intake.Workflows.Decisions.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_decision_that_comes_again_does_not_decide_what_waits_by_then()
    {
        await WaitAsync("token-1");
        await intake.DeliverAsync(Samples.Body("operator-decided-close.json", EventId));
        await WaitAsync("token-2");

        (await intake.DeliverAsync(Samples.Body("operator-decided-close.json", EventId))).ShouldBeTrue();

        intake.Workflows.Decisions.ShouldHaveSingleItem();
        (await intake.RequestAsync())!.TaskToken.ShouldBe("token-2");
        intake.Events.Statuses.ShouldBe(["pending"]);
    }

    [Fact]
    public async Task A_retry_that_comes_again_decides_nothing_of_the_attempt_it_opened()
    {
        await FailAsync(0);
        await intake.DeliverAsync(Samples.Body("operator-decided-retry.json", EventId));
        await WaitAsync("token-1");
        await intake.DeliverAsync(Samples.Body("operator-decided-retry.json", EventId));
        await FailAsync(1);
        await intake.DeliverAsync(Samples.Body("operator-decided-retry.json", EventId));

        intake.Workflows.Decisions.ShouldBeEmpty();
        (await intake.RequestAsync())!.Status.ShouldBe("failed");
        intake.Workflows.Executions.Keys.ShouldBe([Samples.RequestId, $"{Samples.RequestId}-r1"]);
    }

    [Fact]
    public async Task A_decision_that_was_rejected_decides_nothing_when_it_comes_again()
    {
        await intake.DeliverAsync(Samples.Body("operator-decided-retry.json", EventId));
        await WaitAsync("token-1");

        (await intake.DeliverAsync(Samples.Body("operator-decided-retry.json", EventId))).ShouldBeTrue();

        intake.Workflows.Decisions.ShouldBeEmpty();
        intake.Events.Statuses.ShouldBe(["pending", "rejected"]);
    }

    [Fact]
    public async Task A_crash_before_a_dead_token_was_reported_is_healed()
    {
        await intake.Store.SetTaskTokenAsync(Samples.RequestId, "token-timed-out", Cancellation);
        intake.Events.CrashBefore = true;
        (await intake.DeliverAsync(Samples.Body("operator-decided-retry.json", EventId))).ShouldBeFalse();

        (await intake.DeliverAsync(Samples.Body("operator-decided-retry.json", EventId))).ShouldBeTrue();

        LastReason().ShouldBe("not_waiting");
    }

    [Fact]
    public async Task A_task_whose_datastore_left_the_data_map_can_be_closed()
    {
        await WaitAsync("token-1");
        intake.DataMap = Samples.DataMap with { Datastores = [.. Samples.DataMap.Datastores.Where(datastore => datastore.Name != "uploads")] };

        await intake.DeliverAsync(Samples.Body("operator-decided-close.json"));

        intake.Workflows.Decisions.ShouldHaveSingleItem()["datastores"]!.ToJsonString().ShouldBe("""["uploads"]""");
    }

    [Fact]
    public async Task A_datastore_that_neither_the_request_nor_the_data_map_knows_is_refused()
    {
        await WaitAsync("token-1");

        await intake.DeliverAsync(Samples.Body("rejected/decision-for-unknown-datastore.json"));

        LastReason().ShouldBe("unknown_datastore");
        ((string)intake.Events.Published[^1]["reasons"]![0]!["field"]!).ShouldBe("/datastores/0");
        (await intake.RequestAsync())!.TaskToken.ShouldBe("token-1");
    }

    [Fact]
    public async Task The_second_of_two_decisions_is_rejected()
    {
        await WaitAsync("token-1");
        await intake.DeliverAsync(Samples.Body("operator-decided-retry.json"));
        await intake.DeliverAsync(Samples.Body("operator-decided-close.json"));

        intake.Workflows.Decisions.ShouldHaveSingleItem();
        LastReason().ShouldBe("not_waiting");
    }

    [Fact]
    public async Task A_retry_of_a_failed_request_starts_its_next_attempt_in_the_status_it_had_reached()
    {
        await intake.BeginAsync(Samples.RequestId);
        await FailAsync(0);

        (await intake.DeliverAsync(Samples.Body("operator-decided-retry.json", change: detail => detail["datastores"] = new JsonArray("orders")))).ShouldBeTrue();

        intake.Workflows.Executions[$"{Samples.RequestId}-r1"].ShouldBe($$"""{"requestId":"{{Samples.RequestId}}","attempt":1,"datastores":["orders"]}""");
        var request = (await intake.RequestAsync())!;
        (request.Status, request.Attempt).ShouldBe(("erasing", 1));
        intake.Events.Statuses.ShouldBe(["pending", "failed", "in_progress"]);
    }

    [Fact]
    public async Task A_crash_before_the_next_attempt_started_is_healed()
    {
        await FailAsync(0);
        intake.Workflows.CrashBefore = true;
        (await intake.DeliverAsync(Samples.Body("operator-decided-retry.json", EventId))).ShouldBeFalse();

        (await intake.DeliverAsync(Samples.Body("operator-decided-retry.json", EventId))).ShouldBeTrue();
        (await intake.DeliverAsync(Samples.Body("operator-decided-retry.json", EventId))).ShouldBeTrue();

        intake.Workflows.Executions.Keys.ShouldBe([Samples.RequestId, $"{Samples.RequestId}-r1"]);
        (await intake.RequestAsync())!.Attempt.ShouldBe(1);
    }

    [Fact]
    public async Task Each_failed_attempt_may_be_retried()
    {
        await FailAsync(0);
        await intake.DeliverAsync(Samples.Body("operator-decided-retry.json"));
        await FailAsync(1);
        await intake.DeliverAsync(Samples.Body("operator-decided-retry.json"));

        intake.Workflows.Executions.Keys.ShouldBe([Samples.RequestId, $"{Samples.RequestId}-r1", $"{Samples.RequestId}-r2"]);
    }

    [Theory]
    [InlineData("completed")]
    [InlineData("partially_completed")]
    [InlineData("failed")]
    public async Task A_request_that_comes_back_is_open_again(string status)
    {
        await intake.BeginAsync(Samples.RequestId);
        await intake.Store.CompleteAsync(Samples.RequestId, status, Cancellation);
        (await OpenAsync()).ShouldBe(0);

        if (status == "failed") await intake.DeliverAsync(Samples.Body("operator-decided-retry.json"));
        else await intake.BeginAsync(Samples.RequestId);

        (await intake.RequestAsync())!.Status.ShouldBe("erasing");
        (await OpenAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_failed_request_cannot_be_closed_for_nothing_waits()
    {
        await FailAsync(0);
        await intake.DeliverAsync(Samples.Body("operator-decided-close.json"));

        LastReason().ShouldBe("not_waiting");
    }

    private async Task WaitAsync(string token)
    {
        intake.Workflows.Waiting.Add(token);
        await intake.Store.SetTaskTokenAsync(Samples.RequestId, token, Cancellation);
    }

    private Task<bool> FailAsync(int attempt) => intake.DeliverAsync(ExecutionEvents.Body(attempt, "FAILED"));

    private async Task<int> OpenAsync() => await intake.Store.ListOpenAsync(Cancellation).CountAsync(Cancellation);

    private string LastReason() => (string)intake.Events.Published[^1]["reasons"]![0]!["code"]!;
}
