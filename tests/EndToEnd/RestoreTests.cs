using ServerlessGdpr.Local.DynamoDb;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd;

public sealed class RestoreTests(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb) : ReplayTest(app, dynamoDb)
{
    [Fact]
    public async Task Whoever_was_erased_since_a_backup_is_erased_again_from_the_table_restored_from_it()
    {
        var backup = await BackUpAndEraseAdaAsync();
        IReadOnlyList<string> restored = [];
        Live.Calls.Before("BatchWriteItem", Copy, async _ => restored = await Tables.CustomersAsync(Copy, Cancellation));

        await Tables.RestoreAsync(backup, Copy, Cancellation);
        var clean = await Live.RestoreStatusAsync("clean", Cancellation);

        restored.ShouldBe([Shop.Ada.CustomerId, Shop.Other.CustomerId]);
        (await Tables.CustomersAsync(Copy, Cancellation)).ShouldBe([Shop.Other.CustomerId]);
        (await Tables.CustomersAsync(Shop.Customers, Cancellation)).ShouldBe([Shop.Other.CustomerId]);
        ((string?)clean["target_arn"]).ShouldEndWith($"table/{Copy}");
        clean["datastores"]!.AsArray().Select(name => (string?)name).ShouldBe(["customers"]);
        ((long?)clean["erased"]).ShouldBe(1);
        ((long?)clean["remaining"]).ShouldBe(0);
        clean["as_of"].ShouldNotBeNull();
        ((double?)clean["time_to_clean_seconds"]).ShouldNotBeNull().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_restored_table_is_closed_to_readers_until_it_is_clean()
    {
        var backup = await BackUpAndEraseAdaAsync();
        string? policy = null, mark = null;
        Live.Calls.Before("BatchWriteItem", Copy, async _ => (policy, mark) = (await Tables.PolicyAsync(Copy, Cancellation), await Tables.MarkAsync(Copy, Cancellation)));

        await Tables.RestoreAsync(backup, Copy, Cancellation);
        var clean = await Live.RestoreStatusAsync("clean", Cancellation);

        policy.ShouldNotBeNull().ShouldContain("\"Deny\"");
        mark.ShouldBe("pending");
        (await Tables.PolicyAsync(Copy, Cancellation)).ShouldBeNull();
        (await Tables.MarkAsync(Copy, Cancellation)).ShouldBe("clean");
        clean["quarantined_at"].ShouldNotBeNull();
        ((double?)clean["quarantine_gap_seconds"]).ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(0);
    }

    [Fact]
    public async Task A_table_that_was_lost_and_is_restored_under_its_own_name_is_closed_until_it_is_clean()
    {
        var backup = await BackUpAndEraseAdaAsync();
        await LoseCustomersAsync();
        IReadOnlyList<string> restored = [];
        string? policy = null, mark = null;
        Live.Calls.Before("BatchWriteItem", Shop.Customers, async _ =>
        {
            restored = await CustomersAsync(Shop.Customers);
            (policy, mark) = (await Tables.PolicyAsync(Shop.Customers, Cancellation), await Tables.MarkAsync(Shop.Customers, Cancellation));
        });

        await Tables.RestoreAsync(backup, Shop.Customers, Cancellation);
        var clean = await Live.RestoreStatusAsync("clean", Cancellation);

        restored.ShouldBe([Shop.Ada.CustomerId, Shop.Other.CustomerId]);
        policy.ShouldNotBeNull().ShouldContain("\"Deny\"");
        mark.ShouldBe("pending");
        (await CustomersAsync(Shop.Customers)).ShouldBe([Shop.Other.CustomerId]);
        (await Tables.PolicyAsync(Shop.Customers, Cancellation)).ShouldBeNull();
        (await Tables.MarkAsync(Shop.Customers, Cancellation)).ShouldBe("clean");
        ((string?)clean["target_arn"]).ShouldEndWith($"table/{Shop.Customers}");
        (((long?)clean["erased"]), ((long?)clean["remaining"])).ShouldBe((1, 0));
        clean["quarantined_at"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Whoever_was_erased_before_the_backup_is_not_replayed_and_whoever_came_back_in_it_stays()
    {
        await PublishAsync("erasure-requested.json");
        await Live.StatusAsync("completed", Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromHours(1), Cancellation);
        await Live.Shop.PutCustomerAsync(Shop.Ada, Cancellation);
        var backup = await Tables.BackUpAsync(Shop.Customers, Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromMinutes(1), Cancellation);

        await Tables.RestoreAsync(backup, Copy, Cancellation);
        var clean = await Live.RestoreStatusAsync("clean", Cancellation);

        ((long?)clean["selected"]).ShouldBe(0);
        (await Tables.CustomersAsync(Copy, Cancellation)).ShouldBe([Shop.Ada.CustomerId, Shop.Other.CustomerId]);
    }

    [Fact]
    public async Task A_clean_copy_is_looked_at_again_after_an_hour_and_after_a_day()
    {
        var backup = await BackUpAndEraseAdaAsync();
        await Tables.RestoreAsync(backup, Copy, Cancellation);
        await Live.RestoreStatusAsync("clean", Cancellation);

        await Live.AdvanceAsync(TimeSpan.FromHours(25), Cancellation);

        // The call was announced before AWS said which table it made: that execution hands over to the one that is named after the table's own id.
        var runs = await Live.ExecutionsAsync(Live.ReplayWorkflow, Cancellation);
        runs.Select(execution => execution.Status).ShouldBe(["SUCCEEDED", "SUCCEEDED"]);
        var run = runs[1];
        run.States.Count(state => state == "Declare what became of the restore").ShouldBe(1, string.Join(", ", run.States));
        run.States.Count(state => state == "Wait before selecting again").ShouldBe(5, "a second pass in each of three sweeps, and the two pauses between them");
    }
}
