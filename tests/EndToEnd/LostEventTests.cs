using System.Text.Json.Nodes;
using ServerlessGdpr.Local.CloudTrail;
using ServerlessGdpr.Local.DynamoDb;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>AWS tells of restores as well as it can: what it did not tell of, the reconciler finds.</summary>
public sealed class LostEventTests(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb) : ReplayTest(app, dynamoDb)
{
    /// <summary>The reconciler's hour, the quarter of an hour that events have on their way, and some minutes for the replay.</summary>
    private static readonly TimeSpan HourAndReplay = TimeSpan.FromMinutes(60 + 15 + 10);

    [Fact]
    public async Task A_restore_that_no_event_told_of_is_cleaned_after_the_reconcilers_hour_with_an_alarm()
    {
        var backup = await BackUpAndEraseAdaAsync();
        Live.Cloud.Get<RestoreAnnouncements>().Suppress("aws.dynamodb");

        await Tables.RestoreAsync(backup, Copy, Cancellation);
        var clean = await Live.RestoreStatusAsync("clean", Cancellation, HourAndReplay);

        (await CustomersAsync(Copy)).ShouldBe([Shop.Other.CustomerId]);
        ((long?)clean["erased"]).ShouldBe(1);
        clean["announced_by"]!.AsArray().Select(by => (string?)by).ShouldBe(["reconciler"]);
        Missed().ShouldBe(1);
        await Live.AdvanceAsync(TimeSpan.FromHours(3), Cancellation);
        Missed().ShouldBe(1, "it is known from then on");
        CountOfRestores("clean").ShouldBe(1);
        (await RestoresAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_table_that_was_lost_and_is_restored_under_its_own_name_is_found_too()
    {
        await Live.AdvanceAsync(TimeSpan.FromHours(1), Cancellation);
        var backup = await BackUpAndEraseAdaAsync();
        Live.Cloud.Get<RestoreAnnouncements>().Suppress("aws.dynamodb");
        await LoseCustomersAsync();

        await Tables.RestoreAsync(backup, Shop.Customers, Cancellation);
        var clean = await Live.RestoreStatusAsync("clean", Cancellation, HourAndReplay);

        (await CustomersAsync(Shop.Customers)).ShouldBe([Shop.Other.CustomerId]);
        clean["announced_by"]!.AsArray().Select(by => (string?)by).ShouldBe(["reconciler"]);
        Missed().ShouldBe(1);
    }

    [Fact]
    public async Task A_restore_that_is_known_is_not_replayed_again_by_the_reconciler()
    {
        var backup = await BackUpAndEraseAdaAsync();
        await Tables.RestoreAsync(backup, Copy, Cancellation);
        await Live.RestoreStatusAsync("clean", Cancellation);
        var before = (await Live.ExecutionsAsync(Live.ReplayWorkflow, Cancellation)).Select(execution => execution.Name).ToList();

        await Live.AdvanceAsync(TimeSpan.FromHours(3), Cancellation);

        Missed().ShouldBe(0);
        CountOfRestores("clean").ShouldBe(1);
        (await Live.ExecutionsAsync(Live.ReplayWorkflow, Cancellation)).Select(execution => execution.Name).ShouldBe(before);
    }

    [Fact]
    public async Task An_event_that_comes_after_the_reconciler_found_the_restore_changes_nothing()
    {
        var backup = await BackUpAndEraseAdaAsync();
        var announcements = Live.Cloud.Get<RestoreAnnouncements>();
        announcements.Suppress("aws.dynamodb");
        var startedAt = Live.Cloud.Time.GetUtcNow();
        await Tables.RestoreAsync(backup, Copy, Cancellation);
        await Live.RestoreStatusAsync("clean", Cancellation, HourAndReplay);

        announcements.Resume("aws.dynamodb");
        var call = new ApiCall("dynamodb", "RestoreTableFromBackup", new JsonObject { ["targetTableName"] = Copy, ["backupArn"] = backup });
        await announcements.AnnounceAsync("aws.dynamodb", "AWS API Call via CloudTrail", call.ToDetail(startedAt, null), [], Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromHours(30), Cancellation);

        CountOfRestores("clean").ShouldBe(1);
        var restore = (await RestoresAsync()).ShouldHaveSingleItem();
        (restore.Status, restore.ErasedInAll).ShouldBe(("clean", 1));
        (await CustomersAsync(Copy)).ShouldBe([Shop.Other.CustomerId]);
    }

    private double Missed() => Live.Logs.Where(line => line.Contains("\"RestoresMissed\":", StringComparison.Ordinal)).Sum(line => (double)JsonNode.Parse(line)!["RestoresMissed"]!);
}
