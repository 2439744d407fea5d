using System.Text.Json.Nodes;
using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Functions.Restores.Recognition;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Tests.Requests;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Restores;

public sealed class ReceiveRestoreTests(DynamoDbLocalProcess process) : IAsyncLifetime
{
    private RestoreIntakeHarness intake = null!;

    public static TheoryData<string> Samples => [.. RestoreSamples.Names];

    public async ValueTask InitializeAsync() => intake = await RestoreIntakeHarness.CreateAsync(process);

    public ValueTask DisposeAsync() => intake.DisposeAsync();

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task A_sample_ends_as_what_it_is_recognised_for(string name)
    {
        (await intake.DeliverAsync(RestoreIntakeHarness.Sample(name))).ShouldBeTrue();

        var expected = RecognitionTests.Expected[name];
        if (expected.StartsWith("ignored, ", StringComparison.Ordinal) || expected.Contains(": thawed in", StringComparison.Ordinal))
        {
            (await intake.AllAsync()).ShouldBeEmpty();
            intake.Workflows.Executions.ShouldBeEmpty();
            var reason = expected.StartsWith("ignored", StringComparison.Ordinal) ? expected["ignored, ".Length..] : "object_thawed";
            intake.Intake.Logs.ShouldContain(line => line.Contains($"ignored: {reason}", StringComparison.Ordinal));
            intake.Metrics.ShouldContain("RestoreEventsIgnored");
            return;
        }

        var restore = (await intake.AllAsync()).ShouldHaveSingleItem();
        restore.RestoreId.ShouldBe(RestoreIntakeHarness.IdOf(name));
        restore.Status.ShouldBe("in_progress");
        intake.Workflows.Executions.ShouldHaveSingleItem().ShouldBe(new(restore.RestoreId, $$"""{"restoreId":"{{restore.RestoreId}}","attempt":0}"""));
        Describe(restore).ShouldBe(Beginning(expected));
    }

    [Fact]
    public async Task A_key_of_an_object_is_seen_nowhere()
    {
        await intake.DeliverAsync(RestoreIntakeHarness.Sample("s3-object-thawed"));

        (await intake.Intake.EverythingVisibleAsync()).ShouldNotContain("passport");
    }

    [Theory]
    [InlineData("")]
    [InlineData("no event")]
    [InlineData("[]")]
    public async Task What_is_no_event_is_refused_once_and_for_all(string body)
    {
        (await intake.DeliverAsync(body)).ShouldBeTrue();

        intake.Intake.Logs.ShouldContain(line => line.StartsWith("Warning 2102", StringComparison.Ordinal));
        intake.Metrics.ShouldContain("RestoreEventsRejected");
    }

    [Fact]
    public async Task Announcements_of_one_restore_in_any_order_and_number_are_one_record_and_one_execution()
    {
        string[] announcements = [Announcement("2026-11-18T03:00:00Z"), Announcement("2026-11-18T02:00:00Z"), Announcement("2026-11-18T04:00:00Z")];
        var merged = new List<string>();
        foreach (var order in new int[][] { [0, 1, 2], [2, 1, 0], [1, 0, 0, 2, 1], [2, 0, 2, 1, 1] })
        {
            await using var another = await RestoreIntakeHarness.CreateAsync(process);
            foreach (var index in order) (await another.DeliverAsync(announcements[index])).ShouldBeTrue();

            var restore = (await another.AllAsync()).ShouldHaveSingleItem();
            another.Workflows.Executions.Keys.ShouldBe([restore.RestoreId]);
            merged.Add(RestoreItems.Text(restore with { Version = 0 }));
        }

        merged.Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Another_table_under_the_same_name_is_another_restore()
    {
        var first = RestoreIntakeHarness.Sample("trail-dynamodb-point-in-time-latest");
        await intake.DeliverAsync(first);
        await intake.DeliverAsync(first.Replace("9f6c1f2e-", "00000000-", StringComparison.Ordinal));

        (await intake.AllAsync()).Count.ShouldBe(2);
        intake.Workflows.Executions.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_message_that_fails_is_delivered_again_and_the_others_are_not()
    {
        intake.Workflows.CrashBefore = true;
        string[] bodies = [RestoreIntakeHarness.Sample("trail-dynamodb-from-backup"), RestoreIntakeHarness.Sample("backup-dynamodb-failed"), Announcement("2026-11-18T03:00:00Z")];

        var answer = await intake.DeliverAsync(bodies);
        answer.BatchItemFailures.ShouldHaveSingleItem().ItemIdentifier.ShouldBe("message-1");

        (await intake.DeliverAsync(bodies[0])).ShouldBeTrue();
        intake.Workflows.Executions.Keys.ShouldContain(RestoreIntakeHarness.IdOf("trail-dynamodb-from-backup"));
    }

    [Fact]
    public async Task An_ended_restore_that_is_announced_again_is_not_started_again_but_one_that_concerns_more_people_is()
    {
        var restoreId = RestoreIntakeHarness.IdOf("trail-dynamodb-point-in-time-date");
        await intake.DeliverAsync(Announcement("2026-11-18T03:00:00Z"));
        await intake.Restores.SaveAsync(
            (await intake.RestoreAsync(restoreId)) with { Status = RestoreStatuses.Clean, IsResolved = true }, TestContext.Current.CancellationToken);

        await intake.DeliverAsync(Announcement("2026-11-18T03:00:00Z"));
        intake.Workflows.Starts.Count.ShouldBe(1);

        await intake.DeliverAsync(Announcement("2026-11-18T02:00:00Z"));
        intake.Workflows.Executions.Keys.ShouldBe([restoreId, $"{restoreId}-r1"]);
        (await intake.RestoreAsync(restoreId)).Status.ShouldBe("in_progress");
    }

    [Fact]
    public async Task A_replay_that_waits_for_what_a_later_announcement_tells_goes_on_by_itself()
    {
        var doubtful = RestoreIntakeHarness.Sample("backup-dynamodb-status-unknown");
        var restoreId = RestoreIntakeHarness.IdOf("backup-dynamodb-status-unknown");
        await intake.DeliverAsync(doubtful);
        await intake.WaitAsync(restoreId, "token-1", OperatorReasons.StatusUnknown);

        var clear = JsonNode.Parse(doubtful)!;
        clear["detail"]!["status"] = "COMPLETED";
        clear["detail"]!["createdResourceArn"] = "arn:aws:dynamodb:eu-west-1:000000000000:table/shop-customers-restored-1120";
        intake.Workflows.CrashAfter = true;
        for (var delivery = 0; delivery < 3; delivery++) await intake.DeliverAsync(clear.ToJsonString());

        intake.Workflows.Decisions.ShouldHaveSingleItem().ToJsonString().ShouldBe("""{"decision":"retry","reason":null}""");
        (await intake.RestoreAsync(restoreId)).OperatorReason.ShouldBeNull();
    }

    /// <summary>A point-in-time restore of one and the same table.</summary>
    private static string Announcement(string instant)
    {
        var sample = JsonNode.Parse(RestoreIntakeHarness.Sample("trail-dynamodb-point-in-time-date"))!;
        sample["id"] = Guid.NewGuid().ToString();
        sample["detail"]!["requestParameters"]!["restoreDateTime"] = instant;
        return sample.ToJsonString();
    }

    /// <summary>As <see cref="Notices"/> begins a line.</summary>
    private static string Describe(RestoreRecord restore)
    {
        var datastore = restore.Datastores is [var name] ? name : null;
        if (restore.OperatorReason is { } reason) return $"operator, {reason}, {datastore ?? "?"}";
        return datastore ?? $"source by {restore.Restore.SourceLookUp!.Action}";
    }

    private static string Beginning(string expected) => expected.Split(": ")[0].Split('(')[0];
}
