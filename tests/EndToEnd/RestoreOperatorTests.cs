using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.Hosting;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>Restores that cannot be cleaned unasked.</summary>
public sealed class RestoreOperatorTests(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb) : ReplayTest(app, dynamoDb)
{
    private const string Elsewhere = "customers-of-last-week";
    private const string CopyArn = $"arn:aws:dynamodb:{CloudOptions.Region}:{CloudOptions.Account}:table/{Copy}";

    [Fact]
    public async Task A_table_whose_name_no_role_reaches_waits_for_an_operator_and_nobody_touches_it()
    {
        var backup = await BackUpAndEraseAdaAsync();
        Live.Calls.Forget();

        await Tables.RestoreAsync(backup, Elsewhere, Cancellation);
        var waiting = await Live.RestoreStatusAsync("waiting", Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromHours(30), Cancellation);

        ((string?)waiting["operator_reason"]).ShouldBe("name_not_reachable");
        ((string?)waiting["target_arn"]).ShouldEndWith($"table/{Elsewhere}");
        waiting["datastores"]!.AsArray().Select(name => (string?)name).ShouldBe(["customers"]);
        (await CustomersAsync(Elsewhere)).ShouldBe([Shop.Ada.CustomerId, Shop.Other.CustomerId]);
        Live.Calls.All.Where(call => call.Concerns(Elsewhere)).ShouldBeEmpty();
        (await Live.ExecutionsAsync(Live.ReplayWorkflow, Cancellation)).ShouldHaveSingleItem().Status.ShouldBe("RUNNING");

        await DecideAsync(waiting, "close");
        var ended = await Live.RestoreStatusAsync("ended", Cancellation);

        ((string?)ended["reason"]).ShouldBe("resource_deleted");
        CountOfRestores("clean").ShouldBe(0);
        (await Live.ExecutionsAsync(Live.ReplayWorkflow, Cancellation)).ShouldHaveSingleItem().Status.ShouldBe("SUCCEEDED");
    }

    [Fact]
    public async Task A_batch_that_fails_is_swept_three_times_before_an_operator_is_asked_who_retries()
    {
        var backup = await BackUpAndEraseAdaAsync();
        Live.Calls.Refuse("BatchWriteItem", Copy, DeniedByDynamoDb());

        await Tables.RestoreAsync(backup, Copy, Cancellation);
        var waiting = await Live.RestoreStatusAsync("waiting", Cancellation);

        ((string?)waiting["operator_reason"]).ShouldBe("records_remain");
        ((int?)waiting["sweep"]).ShouldBe(3);
        ((long?)waiting["failed_batches"]).ShouldNotBeNull().ShouldBeGreaterThan(0);
        await Live.AdvanceAsync(TimeSpan.FromHours(2), Cancellation);
        (await CustomersAsync(Copy)).ShouldContain(Shop.Ada.CustomerId);
        CountOfRestores("clean").ShouldBe(0);
        (await Tables.PolicyAsync(Copy, Cancellation)).ShouldNotBeNull("nobody reads it meanwhile");
        (await Tables.MarkAsync(Copy, Cancellation)).ShouldBe("pending");

        Live.Calls.Allow();
        await DecideAsync(waiting, "retry");
        var clean = await Live.RestoreStatusAsync("clean", Cancellation);

        ((long?)clean["erased"]).ShouldBe(1);
        ((long?)clean["failed_batches"]).ShouldBe(0);
        clean["operator_reason"].ShouldBeNull();
        (await CustomersAsync(Copy)).ShouldBe([Shop.Other.CustomerId]);
        (await Tables.PolicyAsync(Copy, Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task A_table_that_is_deleted_before_it_is_clean_ends_its_restore()
    {
        var backup = await BackUpAndEraseAdaAsync();
        await Tables.RestoreAsync(backup, Copy, Cancellation);
        // The table can be used, and so be deleted, after a minute; the replay does not see it before.
        await Live.AdvanceAsync(TimeSpan.FromSeconds(59), Cancellation);
        Live.Calls.Refuse("DescribeTable", CopyArn, Throttled());
        await Live.AdvanceAsync(TimeSpan.FromSeconds(1), Cancellation);
        await Live.DynamoDb.DeleteTableAsync(Copy, Cancellation);
        Live.Calls.Allow();

        await Live.RestoreStatusAsync("ended", Cancellation);

        CountOfRestores("clean").ShouldBe(0);
        (await Live.ExecutionsAsync(Live.ReplayWorkflow, Cancellation)).ShouldAllBe(execution => execution.Status == "SUCCEEDED");
    }

    [Fact]
    public async Task A_failure_that_passes_is_made_good_by_the_next_sweep()
    {
        var backup = await BackUpAndEraseAdaAsync();
        Live.Calls.Refuse("BatchWriteItem", Copy, DeniedByDynamoDb(), times: 1);

        await Tables.RestoreAsync(backup, Copy, Cancellation);
        var clean = await Live.RestoreStatusAsync("clean", Cancellation);

        ((int?)clean["sweep"]).ShouldBe(2);
        CountOfRestores("waiting").ShouldBe(0);
        (await CustomersAsync(Copy)).ShouldBe([Shop.Other.CustomerId]);
    }
}
