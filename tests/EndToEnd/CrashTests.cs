using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.Lambda;
using ServerlessGdpr.Local.S3;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd;

public sealed class CrashTests(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb) : SystemTest(app, dynamoDb)
{
    [Fact]
    public async Task A_worker_killed_in_the_middle_of_its_work_is_followed_by_another_that_finishes_it()
    {
        var moment = new TaskCompletionSource();
        Live.Calls.Before(
            "UpdateItem",
            Shop.Orders,
            _ =>
            {
                moment.TrySetResult();
                return Task.CompletedTask;
            },
            after: 1);
        Live.Faults.Plan(Live.Function("orders").Name, new Fault.KilledDuring(moment.Task), inPayload: "\"erase\"");

        await PublishAsync("erasure-requested.json");
        await Live.StatusAsync("completed", Cancellation);

        (await AdaAsync()).ShouldBe(Holdings.Nothing);
        (await OtherAsync()).ShouldBe(Holdings.Everything);
        (await Live.ExecutionsAsync(Cancellation)).ShouldHaveSingleItem().Failures.ShouldBe(["Runtime.ExitError"]);
    }

    [Fact]
    public async Task Each_function_may_lose_its_first_answer_without_any_effect_being_repeated()
    {
        foreach (var function in new[] { "ReceiveRequest", "PlanErasure", "AdvanceErasure", "CompleteRequest", "customers", "uploads" })
            Live.Faults.Plan(Live.Function(function).Name, new Fault.KilledAfter());

        await PublishAsync("erasure-requested.json");
        var completed = await Live.StatusAsync("completed", Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromHours(1), Cancellation);

        (await AdaAsync()).ShouldBe(Holdings.Nothing);
        (await OtherAsync()).ShouldBe(Holdings.Everything);
        ((long?)OutcomeOf(completed, "orders")["erased"]).ShouldBe(3, "a round recorded twice counts once");
        var run = (await Live.ExecutionsAsync(Cancellation)).ShouldHaveSingleItem();
        run.Status.ShouldBe("SUCCEEDED");
        run.Failures.ShouldBe(Enumerable.Repeat("Runtime.ExitError", 5));
        (await Live.Stores.VaultItemsAsync(Cancellation)).ShouldBeEmpty();
        (await Live.Stores.StatesAsync(AdasRequest, Cancellation)).Values.ShouldBe(["verified", "verified", "verified"]);
        foreach (var datastore in new[] { "customers", "orders", "uploads" })
        {
            (await Live.Stores.EvidenceAsync(Cancellation)).Select(record => record.Key.Split('@')[0]).Where(key => key.StartsWith($"ledger/{datastore}/"))
                .ShouldBe([$"ledger/{datastore}/{AdasRequest}/00-open.json", $"ledger/{datastore}/{AdasRequest}/01-verified.json"], ignoreOrder: true);
        }

        Live.StatusEvents.Select(detail => (string?)detail["request_status"]).Distinct().ShouldBe(["pending", "in_progress", "completed"]);
    }

    [Fact]
    public async Task An_operator_is_asked_again_when_the_asking_function_is_killed_and_the_last_token_counts()
    {
        LockUploadsAway();
        Live.Faults.Plan(Live.Function("AskOperator").Name, new Fault.KilledAfter());
        await PublishAsync("erasure-requested.json");
        await WaitingAsync();
        await Live.AdvanceAsync(TimeSpan.FromMinutes(5), Cancellation);

        Live.Calls.Allow();
        await PublishAsync("operator-decided-retry.json");
        await Live.StatusAsync("completed", Cancellation);

        (await AdaAsync()).ShouldBe(Holdings.Nothing);
        (await Live.ExecutionsAsync(Cancellation)).ShouldHaveSingleItem().Failures.ShouldBe(["DatastoreAccessDenied", "Runtime.ExitError"]);
    }

    [Fact]
    public async Task Lost_answers_of_the_stores_change_nothing_either()
    {
        Live.Cloud.Get<DynamoDbService>().Faults.LoseAnswer("TransactWriteItems");
        Live.Cloud.Get<DynamoDbService>().Faults.LoseAnswer("BatchWriteItem");
        Live.Cloud.Get<DynamoDbService>().Faults.LoseAnswer("PutItem", first: 5);
        Live.Cloud.Get<S3Service>().Faults.Requests.LoseAnswer("PutObject", first: 2);

        await PublishAsync("erasure-requested.json");
        await Live.StatusAsync("completed", Cancellation);

        (await AdaAsync()).ShouldBe(Holdings.Nothing);
        (await OtherAsync()).ShouldBe(Holdings.Everything);
        (await Live.Stores.StatesAsync(AdasRequest, Cancellation)).Values.ShouldBe(["verified", "verified", "verified"]);
        (await Live.ExecutionsAsync(Cancellation)).ShouldHaveSingleItem().Status.ShouldBe("SUCCEEDED");
    }

    [Fact]
    public async Task Throttled_calls_of_functions_and_services_are_tried_again()
    {
        Live.Faults.Plan(Live.Function("uploads").Name, new Fault.Throttled(), times: 3);
        Live.Calls.Refuse("Query", Shop.Orders, Throttled(), times: 4);
        Live.Calls.Refuse("GET", Shop.Uploads, new("SlowDown", "Please reduce your request rate.", 503), times: 3);

        await PublishAsync("erasure-requested.json");
        await Live.StatusAsync("completed", Cancellation);

        (await AdaAsync()).ShouldBe(Holdings.Nothing);
        Live.StatusEvents.ShouldAllBe(detail => detail["waiting"] == null);
        (await Live.ExecutionsAsync(Cancellation)).ShouldHaveSingleItem().Failures.Where(error => error.StartsWith("Datastore", StringComparison.Ordinal)).ShouldBeEmpty();
    }
}
