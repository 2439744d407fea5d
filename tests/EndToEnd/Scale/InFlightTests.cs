using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Local.DynamoDb;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd.Scale;

/// <summary>As many requests as <c>SCALE_REQUESTS</c> says at the same time: four in five with a datastore's function at work, the others throttled by its reserved concurrency.</summary>
public sealed class InFlightTests(DynamoDbLocalProcess dynamoDb)
{
    private static readonly int Requests = ScaleSize.Of("SCALE_REQUESTS", 500);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Five_hundred_requests_are_in_flight_at_once_and_each_is_erased_and_reported_once()
    {
        using var app = new SynthesizedSystem(ScaleMap.Of(ScaleMap.Entry("customers", entry =>
        {
            entry.Remove("after");
            entry["maxConcurrency"] = Requests * 4 / 5;
        })));
        await using var live = await DeployedSystem.StartAsync(app, dynamoDb, Cancellation);
        live.Calls.IsNoting = false;
        await live.StopWatchingAsync(Cancellation);
        var crowd = new Crowd(Requests);
        await crowd.SeedAsync(live.DynamoDb, Cancellation);
        var gate = new FunctionGate(live.Function("customers").Name, Requests);
        live.Faults.Plan(gate);

        foreach (var some in crowd.People.Chunk(10)) await live.PublishAsync([.. some.Select(one => one.Event())], Cancellation);
        await gate.Reached.WaitAsync(Cancellation);

        (await live.StatusesAsync(Cancellation)).Values.Count(status => status == "RUNNING").ShouldBe(Requests);
        (await CustomersAsync(live)).Count.ShouldBe(Requests + 2, "nothing is erased yet");

        gate.Open();
        await live.AdvanceAsync(TimeSpan.FromHours(2), Cancellation);

        gate.Calls.ShouldBeGreaterThan(2 * Requests, "more than each one's erasing and verifying: who was throttled came again");
        (await CustomersAsync(live)).ShouldBe([Shop.Ada.CustomerId, Shop.Other.CustomerId], ignoreOrder: true);
        (await live.Stores.VaultItemsAsync(Cancellation)).ShouldBeEmpty();
        await AllHaveEndedAsync(live, crowd);
        AllAreReportedOnce(live, crowd);
    }

    private static async Task AllHaveEndedAsync(DeployedSystem live, Crowd crowd)
    {
        var statuses = await live.StatusesAsync(Cancellation);
        statuses.Count.ShouldBe(crowd.People.Count);
        foreach (var one in crowd.People)
        {
            statuses[one.RequestId].ShouldBe("SUCCEEDED");
            (await live.RequestAsync(one.RequestId, Cancellation))!.Status.ShouldBe(RequestStatuses.Completed);
        }
    }

    private static void AllAreReportedOnce(DeployedSystem live, Crowd crowd)
    {
        var reported = live.StatusEvents.Where(detail => (string?)detail["request_status"] == "completed").Select(detail => (string)detail["subject_request_id"]!);
        reported.Order(StringComparer.Ordinal).ToList().ShouldBe(crowd.People.Select(one => one.Id).Order(StringComparer.Ordinal).ToList());
        live.StatusEvents.ShouldAllBe(detail => detail["waiting"] == null);
    }

    private static async Task<IReadOnlyList<string>> CustomersAsync(DeployedSystem live) =>
        [.. (await live.DynamoDb.ScanAsync(new ScanRequest { TableName = Shop.Customers, ConsistentRead = true }, Cancellation)).Items.Select(item => item["customer_id"].S)];
}
