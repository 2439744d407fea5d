using System.Text.Json.Nodes;
using ServerlessGdpr.Local.DynamoDb;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>A restored copy is treated like the table it is a copy of, and so are its backups.</summary>
public sealed class LineageTests(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb) : ReplayTest(app, dynamoDb)
{
    private const string CopyOfCopy = "shop-customers-restored-2";

    /// <summary>A name that no role reaches.</summary>
    private const string Unreachable = "customers-of-last-week";

    private const string AnotherPerson = "erasure-requested-another-person.json";

    private static readonly string TomaszRequest = DeployedSystem.Sample(AnotherPerson)["Detail"]!["subject_request_id"]!.ToString();

    [Fact]
    public async Task Whoever_is_erased_after_a_copy_is_clean_is_erased_from_the_copy_too()
    {
        await Live.Shop.PutCustomerAsync(Tomasz, Cancellation);
        var backup = await BackUpAndEraseAdaAsync();
        await Tables.RestoreAsync(backup, Copy, Cancellation);
        await Live.RestoreStatusAsync("clean", Cancellation);
        (await CustomersAsync(Copy)).ShouldBe([Shop.Other.CustomerId, Tomasz.CustomerId], ignoreOrder: true);

        await PublishAsync(AnotherPerson);
        var completed = await TomaszCompletedAsync();

        (await CustomersAsync(Shop.Customers)).ShouldBe([Shop.Other.CustomerId]);
        (await CustomersAsync(Copy)).ShouldBe([Shop.Other.CustomerId]);
        completed["outcomes"]!.AsArray().Where(outcome => (string?)outcome!["datastore"] == "customers")
            .Select(outcome => (((string?)outcome!["target"])?.Split('/')[^1], (string?)outcome["outcome"], (long?)outcome["erased"]))
            .ShouldBe([(null, "erased", 1), (Copy, "erased", 1)], ignoreOrder: true);
    }

    [Fact]
    public async Task A_backup_of_a_copy_that_was_not_clean_is_as_old_as_the_copy()
    {
        var backup = await BackUpAndEraseAdaAsync();
        var ofCopy = await RestoreAndBackUpBeforeCleanAsync(backup);
        var parent = await Live.RestoreStatusAsync("clean", Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromMinutes(1), Cancellation);

        await Tables.RestoreAsync(ofCopy, CopyOfCopy, Cancellation);
        var clean = await CleanAsync(CopyOfCopy);

        (await CustomersAsync(CopyOfCopy)).ShouldBe([Shop.Other.CustomerId]);
        ((long?)clean["erased"]).ShouldBe(1);
        ((DateTimeOffset?)clean["as_of"]).ShouldNotBeNull().ShouldBe(((DateTimeOffset?)parent["as_of"]).ShouldNotBeNull());
        clean["datastores"]!.AsArray().Select(name => (string?)name).ShouldBe(["customers"]);
    }

    [Fact]
    public async Task A_backup_of_a_copy_that_was_clean_is_as_old_as_itself()
    {
        var backup = await BackUpAndEraseAdaAsync();
        await Tables.RestoreAsync(backup, Copy, Cancellation);
        await Live.RestoreStatusAsync("clean", Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromMinutes(5), Cancellation);
        var madeAt = Live.Cloud.Time.GetUtcNow();
        var ofCopy = await Tables.BackUpAsync(Copy, Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromMinutes(1), Cancellation);

        await Tables.RestoreAsync(ofCopy, CopyOfCopy, Cancellation);
        var clean = await CleanAsync(CopyOfCopy);

        ((DateTimeOffset?)clean["as_of"]).ShouldNotBeNull().ShouldBe(madeAt, TimeSpan.FromSeconds(1));
        ((long?)clean["selected"]).ShouldBe(0);
    }

    [Fact]
    public async Task A_copy_that_is_deleted_is_remembered_for_the_sake_of_its_backups()
    {
        var backup = await BackUpAndEraseAdaAsync();
        var ofCopy = await RestoreAndBackUpBeforeCleanAsync(backup);
        var parent = await Live.RestoreStatusAsync("clean", Cancellation);
        await Live.DynamoDb.DeleteTableAsync(Copy, Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromHours(2), Cancellation);

        await Tables.RestoreAsync(ofCopy, CopyOfCopy, Cancellation);
        var clean = await CleanAsync(CopyOfCopy);

        (await CustomersAsync(CopyOfCopy)).ShouldBe([Shop.Other.CustomerId]);
        ((DateTimeOffset?)clean["as_of"]).ShouldNotBeNull().ShouldBe(((DateTimeOffset?)parent["as_of"]).ShouldNotBeNull());
    }

    [Fact]
    public async Task Everyone_is_replayed_into_what_was_restored_from_a_copy_that_nobody_registered()
    {
        var backup = await BackUpAndEraseAdaAsync();
        await Tables.RestoreAsync(backup, Unreachable, Cancellation);
        await Live.RestoreStatusAsync("waiting", Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromMinutes(2), Cancellation);
        var ofCopy = await Tables.BackUpAsync(Unreachable, Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromMinutes(1), Cancellation);

        await Tables.RestoreAsync(ofCopy, CopyOfCopy, Cancellation);
        var clean = await CleanAsync(CopyOfCopy);

        (await CustomersAsync(CopyOfCopy)).ShouldBe([Shop.Other.CustomerId]);
        clean["as_of"].ShouldBeNull();
        ((string?)clean["as_of_confidence"]).ShouldBe("unknown");
        ((long?)clean["possible_over_erasure"]).ShouldBe(1);
    }

    [Fact]
    public async Task An_erasure_that_comes_while_a_replay_runs_leaves_both_tables_clean()
    {
        await Live.Shop.PutCustomerAsync(Tomasz, Cancellation);
        var backup = await BackUpAndEraseAdaAsync();
        Live.Calls.Before("BatchWriteItem", Copy, async _ => await PublishAsync(AnotherPerson));

        await Tables.RestoreAsync(backup, Copy, Cancellation);
        await Live.RestoreStatusAsync("clean", Cancellation);
        await TomaszCompletedAsync();

        (await CustomersAsync(Copy)).ShouldBe([Shop.Other.CustomerId]);
        (await CustomersAsync(Shop.Customers)).ShouldBe([Shop.Other.CustomerId]);
    }

    [Fact]
    public async Task An_erasure_that_is_under_way_when_the_table_comes_back_leaves_both_tables_clean()
    {
        var backup = await Tables.BackUpAsync(Shop.Customers, Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromMinutes(10), Cancellation);
        LockUploadsAway();
        await PublishAsync("erasure-requested.json");
        await WaitingAsync();

        await Tables.RestoreAsync(backup, Copy, Cancellation);
        await Live.RestoreStatusAsync("clean", Cancellation);
        (await CustomersAsync(Copy)).ShouldBe([Shop.Other.CustomerId], "whoever is not verified yet is replayed too");

        Live.Calls.Allow();
        await PublishAsync("operator-decided-retry.json");
        await Live.StatusAsync("completed", Cancellation);
        (await CustomersAsync(Copy)).ShouldBe([Shop.Other.CustomerId]);
        (await AdaAsync()).ShouldBe(Holdings.Nothing);
    }

    /// <returns>The ARN of a backup of the copy while Ada is in it.</returns>
    private async Task<string> RestoreAndBackUpBeforeCleanAsync(string backup)
    {
        var ofCopy = new TaskCompletionSource<string>();
        Live.Calls.Before("BatchWriteItem", Copy, async _ => ofCopy.SetResult(await Tables.BackUpAsync(Copy, Cancellation)));
        await Tables.RestoreAsync(backup, Copy, Cancellation);
        await Live.Cloud.VirtualTime.AdvanceUntilAsync(() => Task.FromResult(ofCopy.Task.IsCompleted), TimeSpan.FromHours(1), Cancellation);
        return await ofCopy.Task;
    }

    private Task<JsonObject> CleanAsync(string table) => Live.StatusAsync(
        detail => (string?)detail["restore_status"] == "clean" && ((string?)detail["target_arn"])!.EndsWith($"/{table}", StringComparison.Ordinal), Cancellation);

    private Task<JsonObject> TomaszCompletedAsync() => Live.StatusAsync(
        detail => (string?)detail["request_status"] == "completed" && (string?)detail["subject_request_id"] == TomaszRequest, Cancellation);
}
