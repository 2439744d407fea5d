using System.Text.Json.Nodes;
using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Tests.Events;
using ServerlessGdpr.Tests.Requests;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Restores;

public sealed class RestoreStatusEventsTests(DynamoDbLocalProcess process)
{
    private static readonly RestoreRecord Everything = RestoreStoreTests.Everything;

    private static readonly RestoreRecord Announced = new()
    {
        RestoreId = Everything.RestoreId,
        Restore = RestoreSamples.Restore("trail-dynamodb-from-backup"),
        Datastores = [],
        Status = RestoreStatuses.InProgress,
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(RestoreStatuses.InProgress)]
    [InlineData(RestoreStatuses.Waiting)]
    [InlineData(RestoreStatuses.Clean)]
    [InlineData(RestoreStatuses.CleanedIncompletely)]
    [InlineData(RestoreStatuses.Ended)]
    [InlineData(RestoreStatuses.Merged)]
    public async Task A_status_event_is_what_its_schema_says(string status)
    {
        foreach (var record in new[] { Announced, Everything, Everything with { EffectiveAsOf = null } })
            (await SampleSchemaTests.ValidateAsync("RestoreStatusChanged", (await PublishedAsync(record with { Status = status })).ToJsonString())).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_not_known_yet_is_absent() => (await PublishedAsync(Announced)).Select(field => field.Key).ShouldBe(
        ["restore_id", "restore_status", "datastores", "target_arn", "source_arn", "announced_by"]);

    [Fact]
    public async Task The_time_to_clean_counts_from_the_restore_and_the_gap_from_when_it_could_be_read()
    {
        var published = await PublishedAsync(Everything);

        ((double)published["time_to_clean_seconds"]!).ShouldBe(420);
        ((double)published["quarantine_gap_seconds"]!).ShouldBe(60);
        ((double)(await PublishedAsync(Everything with { UsableAt = Everything.QuarantinedAt + TimeSpan.FromMinutes(1) }))["quarantine_gap_seconds"]!).ShouldBe(0);
    }

    [Fact]
    public async Task Records_that_may_have_been_newer_are_counted_when_nobody_knows_from_when_the_data_is()
    {
        (await PublishedAsync(Everything)).ShouldNotContainKey("possible_over_erasure");

        var unknown = await PublishedAsync(Everything with { EffectiveAsOf = null });
        ((long)unknown["possible_over_erasure"]!).ShouldBe(8);
        ((string)unknown["as_of_confidence"]!).ShouldBe("unknown");
    }

    [Fact]
    public async Task A_dead_letter_about_a_restore_asks_for_an_operator()
    {
        await using var intake = await RestoreIntakeHarness.CreateAsync(process);
        var restoreId = RestoreIntakeHarness.IdOf("trail-dynamodb-from-backup");
        await intake.DeliverAsync(RestoreIntakeHarness.Sample("trail-dynamodb-from-backup"));

        await intake.Intake.DrainAsync(
            new() { MessageId = "dead-1", Body = RestoreIntakeHarness.Sample("s3-object-thawed") },
            new() { MessageId = "dead-2", Body = ExecutionEvents.Body(restoreId, "FAILED", machine: "replay") },
            new() { MessageId = "dead-3", Body = Samples.Body("operator-decided-restore-retry.json") });

        intake.Events.Published.ShouldAllBe(detail => (string)detail["operator_reason"]! == "dead_letter");
        intake.Events.Published.Select(detail => (string?)detail["restore_id"]).ShouldBe([null, restoreId, restoreId]);
        foreach (var detail in intake.Events.Published) (await SampleSchemaTests.ValidateAsync("RestoreStatusChanged", detail.ToJsonString())).ShouldBeEmpty();
        (await intake.Intake.EverythingVisibleAsync()).ShouldNotContain("passport");
    }

    private static async Task<JsonObject> PublishedAsync(RestoreRecord record)
    {
        var bus = new FakeEvents();
        await new RestoreStatusEvents(bus, "bus").PublishAsync(record, Cancellation);
        return bus.Published.ShouldHaveSingleItem();
    }
}
