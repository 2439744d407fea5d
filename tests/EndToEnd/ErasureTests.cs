using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Tests.EndToEnd;
using Shouldly;
using Xunit;

[assembly: AssemblyFixture(typeof(SynthesizedSystem))]

namespace ServerlessGdpr.Tests.EndToEnd;

public sealed class ErasureTests(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb) : SystemTest(app, dynamoDb)
{
    [Fact]
    public async Task A_person_is_erased_everywhere_and_nobody_else_is_touched()
    {
        await PublishAsync("erasure-requested.json");
        var completed = await Live.StatusAsync("completed", Cancellation);

        (await AdaAsync()).ShouldBe(Holdings.Nothing);
        (await OtherAsync()).ShouldBe(Holdings.Everything);
        completed["outcomes"]!.AsArray().Select(outcome => ((string?)outcome!["datastore"], (long?)outcome["erased"], (long?)outcome["remaining"]))
            .ShouldBe([("customers", 1, 0), ("orders", 3, 0), ("uploads", 4, 0)], ignoreOrder: true);
        ((string?)completed["backups_expire_by"]).ShouldBe("2026-12-28");
        (await Live.Stores.VaultItemsAsync(Cancellation)).ShouldBeEmpty();
        (await Live.Stores.StatesAsync(AdasRequest, Cancellation)).Values.ShouldBe(["verified", "verified", "verified"]);
        (await Live.Stores.EvidenceAsync(Cancellation)).ShouldContain(record => record.Key.StartsWith($"certificates/{AdasRequest}/r0.json"));
    }

    [Fact]
    public async Task People_who_are_erased_at_the_same_time_do_not_get_into_each_others_way()
    {
        var tomasz = new Person("C-1077", "tomasz.okafor@example.com");
        await Live.Shop.PutCustomerAsync(tomasz, Cancellation);
        await Live.Shop.PutOrdersAsync(tomasz, 1, 2, Cancellation);

        await PublishAsync("erasure-requested.json");
        await PublishAsync("erasure-requested-another-person.json");
        await Live.StatusAsync(_ => CountOf("completed") == 2, Cancellation);

        (await AdaAsync()).ShouldBe(Holdings.Nothing);
        (await Live.Shop.HoldingsAsync(tomasz, Cancellation)).ShouldBe(Holdings.Nothing);
        (await OtherAsync()).ShouldBe(Holdings.Everything);
        (await Live.ExecutionsAsync(Cancellation)).Select(run => run.Status).ShouldBe(["SUCCEEDED", "SUCCEEDED"]);
    }

    [Fact]
    public async Task Customers_go_last_and_an_index_is_read_a_second_time_after_a_pause()
    {
        await PublishAsync("erasure-requested.json");
        await Live.StatusAsync("completed", Cancellation);

        var run = (await Live.ExecutionsAsync(Cancellation)).ShouldHaveSingleItem();
        var calls = run.DatastoreCalls.ToList();
        var firstOfCustomers = calls.FindIndex(call => call.Datastore == "customers");
        calls.Take(firstOfCustomers).Select(call => call.Datastore).Distinct().ShouldBe(["orders", "uploads"], ignoreOrder: true);
        calls.Skip(firstOfCustomers).ShouldAllBe(call => call.Datastore == "customers");

        // The table and the bucket are read consistently: once is proof.
        run.CallsOf("customers").Select(call => call.Operation).ShouldBe(["erase", "verify"]);
        run.CallsOf("uploads").Select(call => call.Operation).ShouldBe(["erase", "verify"]);
        run.CallsOf("orders").Select(call => call.Operation).ShouldBe(["erase", "verify", "erase", "verify"]);
        var reads = run.CallsOf("orders").Where(call => call.Operation == "verify").Select(call => call.At).ToList();
        (reads[1] - reads[0]).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(2));
        ShopWrites().Where(call => call.Concerns(Shop.Orders)).ShouldAllBe(call => call.At < reads[1]);
    }

    [Fact]
    public async Task A_dry_run_counts_and_changes_nothing()
    {
        await PublishAsync("erasure-dry-run.json");
        var completed = await Live.StatusAsync("completed", Cancellation);

        ((bool?)completed["dry_run"]).ShouldBe(true);
        ((long?)completed["results_count"]).ShouldBe(8);
        completed["outcomes"]!.AsArray()
            .Select(outcome => ((string?)outcome!["datastore"], (string?)outcome["outcome"], (long?)outcome["found"], (long?)outcome["erased"]))
            .ShouldBe([("customers", "would_erase", 1, 0), ("orders", "would_erase", 3, 0), ("uploads", "would_erase", 4, 0)], ignoreOrder: true);
        completed["backups_expire_by"].ShouldBeNull();
        (await AdaAsync()).ShouldBe(Holdings.Everything);
        ShopWrites().ShouldBeEmpty();
        (await Live.Stores.LedgerItemsAsync(Cancellation)).ShouldBeEmpty();
        (await Live.Stores.VaultItemsAsync(Cancellation)).ShouldBeEmpty();
        (await Live.Stores.EvidenceAsync(Cancellation)).ShouldAllBe(record => record.Key.StartsWith("certificates/"));
    }

    [Fact]
    public async Task A_datastore_that_no_identity_reaches_is_never_reported_as_clean()
    {
        var person = new Person("C-1103", "someone@example.com");
        await Live.Shop.PutCustomerAsync(person, Cancellation);
        await Live.Shop.PutOrdersAsync(person, 1, 1, Cancellation);

        await PublishAsync("erasure-requested-unreachable-datastore.json");
        var ended = await Live.StatusAsync("partially_completed", Cancellation);

        ((string?)OutcomeOf(ended, "orders")["outcome"]).ShouldBe("unreachable");
        OutcomeOf(ended, "orders")["needs"]!.AsArray().Select(type => (string?)type).ShouldBe(["email"]);
        OutcomeOf(ended, "orders")["verified_at"].ShouldBeNull();
        ((string?)OutcomeOf(ended, "customers")["outcome"]).ShouldBe("erased");
        ((string?)OutcomeOf(ended, "uploads")["outcome"]).ShouldBe("not_found");
        (await Live.Shop.HoldingsAsync(person, Cancellation)).ShouldBe(new Holdings(0, 1, 0));
        (await Live.Stores.StatesAsync(DeployedSystem.RequestIdOf(DeployedSystem.Sample("erasure-requested-unreachable-datastore.json")), Cancellation)).Keys
            .ShouldBe(["customers", "uploads"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_record_that_appears_between_erasing_and_verifying_is_erased_in_another_round()
    {
        Live.Calls.Before("Query", Shop.Customers, _ => Live.Shop.PutCustomerAsync(Shop.Ada, Cancellation), after: 1);

        await PublishAsync("erasure-requested.json");
        var completed = await Live.StatusAsync("completed", Cancellation);

        (await AdaAsync()).ShouldBe(Holdings.Nothing);
        ((long?)OutcomeOf(completed, "customers")["erased"]).ShouldBe(2);
        var run = (await Live.ExecutionsAsync(Cancellation)).ShouldHaveSingleItem();
        run.CallsOf("customers").Select(call => call.Operation).ShouldBe(["erase", "verify", "erase", "verify"]);
    }

    [Fact]
    public async Task More_than_a_thousand_records_are_erased_though_the_datastore_throttles_in_the_middle()
    {
        const int More = 1_100;
        await Live.Shop.PutOrdersAsync(Shop.Ada, 4, More, Cancellation);
        Live.Calls.Refuse("UpdateItem", Shop.Orders, Throttled(), after: 100, times: 600);

        await PublishAsync("erasure-requested.json");
        var completed = await Live.StatusAsync("completed", Cancellation);

        (await AdaAsync()).ShouldBe(Holdings.Nothing);
        ((long?)OutcomeOf(completed, "orders")["erased"]).ShouldBe(3 + More);
        var run = (await Live.ExecutionsAsync(Cancellation)).ShouldHaveSingleItem();
        run.CallsOf("orders").Count(call => call.Operation == "erase").ShouldBeGreaterThan(2, "a partial answer makes the workflow go on");
        run.Failures.ShouldContain("DatastoreThrottled", "an invocation without any progress is tried again later");
    }
}
