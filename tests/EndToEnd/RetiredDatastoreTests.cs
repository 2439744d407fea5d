using System.Text.Json.Nodes;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.Lambda;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>A datastore may leave the data map while a request is open: an operator says what becomes of its task.</summary>
public sealed class RetiredDatastoreTests(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb) : SystemTest(app, dynamoDb)
{
    private static readonly string[] All = ["customers", "orders", "uploads"];

    [Fact]
    public async Task A_request_whose_datastores_are_all_retired_before_it_is_planned_is_closed_by_an_operator()
    {
        foreach (var datastore in All) await Live.RetireAsync(Live.Workflow, datastore, Cancellation);
        await PublishAsync("erasure-requested.json");
        var waiting = await WaitingAsync();

        await Live.PublishAsync(Close(All), Cancellation);
        var ended = await Live.StatusAsync("failed", Cancellation);

        waiting["waiting"]!.AsArray().Select(datastore => (string?)datastore).ShouldBe(All);
        ended["outcomes"]!.AsArray().Select(outcome => (string?)outcome!["outcome"]).ShouldBe(["closed", "closed", "closed"]);
        (await Live.ExecutionsAsync(Cancellation)).ShouldHaveSingleItem().Status.ShouldBe("SUCCEEDED");
    }

    [Theory]
    [InlineData("erasure-requested.json", "AdvanceErasure")]
    [InlineData("access-requested.json", "RecordExports")]
    public async Task A_task_that_an_attempt_left_behind_waits_in_the_next_one_when_its_datastore_is_retired(string sample, string records)
    {
        var workflow = records == "RecordExports" ? Live.AccessWorkflow : Live.Workflow;
        Live.Faults.Plan(Live.Function(records).Name, new Fault.KilledBefore(), times: 7);
        await PublishAsync(sample);
        await Live.StatusAsync("failed", Cancellation);

        await Live.RetireAsync(workflow, "uploads", Cancellation);
        await Live.PublishAsync(About(sample, "operator-decided-retry.json"), Cancellation);
        var waiting = await WaitingAsync();
        await Live.PublishAsync(About(sample, "operator-decided-close.json"), Cancellation);
        var ended = await Live.StatusAsync("partially_completed", Cancellation);

        waiting["waiting"]!.AsArray().Select(datastore => (string?)datastore).ShouldBe(["uploads"]);
        ((string?)OutcomeOf(ended, "uploads")["outcome"]).ShouldBe("closed");
        ((string?)OutcomeOf(ended, "uploads")["reason"]).ShouldBe("datastore_retired");
    }

    private static JsonObject Close(string[] datastores)
    {
        var decision = DeployedSystem.Sample("operator-decided-close.json");
        decision["Detail"]!["datastores"] = new JsonArray([.. datastores]);
        return decision;
    }

    /// <summary>A decision about a sample's request.</summary>
    private static JsonObject About(string sample, string decision)
    {
        var about = DeployedSystem.Sample(decision);
        about["Detail"]!["subject_request_id"] = (string)DeployedSystem.Sample(sample)["Detail"]!["subject_request_id"]!;
        return about;
    }
}
