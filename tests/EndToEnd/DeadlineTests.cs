using System.Globalization;
using System.Text.Json.Nodes;
using Amazon.S3;
using Amazon.S3.Model;
using ServerlessGdpr.Local.DynamoDb;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd;

public sealed class DeadlineTests(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb) : SystemTest(app, dynamoDb)
{
    [Fact]
    public async Task A_request_whose_execution_could_not_be_started_is_started_within_the_hour()
    {
        Live.Calls.Refuse("StartExecution", Live.Workflow, Denied());
        await PublishAsync("erasure-requested.json");
        await Live.DeadLetterAsync(Cancellation);

        Live.Calls.Allow();
        await Live.StatusAsync("completed", Cancellation);

        (await AdaAsync()).ShouldBe(Holdings.Nothing);
    }

    [Fact]
    public async Task Nearly_overdue_and_overdue_are_told_once_each_and_counted_every_hour()
    {
        LockUploadsAway();
        var soon = DeployedSystem.Start.AddHours(3);
        var later = DeployedSystem.Start.AddDays(7).AddMinutes(150);
        await Live.PublishAsync(AdasEvent(detail => detail["submitted_time"] = MonthBefore(soon)), Cancellation);
        await Live.PublishAsync(
            AdasEvent(detail =>
            {
                detail["subject_request_id"] = "11111111-2222-4333-8444-555555555555";
                detail["submitted_time"] = MonthBefore(later);
            }),
            Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromHours(1), Cancellation);

        Notices().ShouldBe([("nearly_due", soon)]);
        Metric("TasksWaiting").ShouldBe(2);
        Metric("RequestsNearlyDue").ShouldBe(1);
        Metric("RequestsOverdue").ShouldBe(0);

        await Live.AdvanceAsync(TimeSpan.FromHours(6), Cancellation);

        Notices().ShouldBe([("nearly_due", soon), ("overdue", soon), ("nearly_due", later)], ignoreOrder: true);
        Metric("RequestsNearlyDue").ShouldBe(1);
        Metric("RequestsOverdue").ShouldBe(1);

        Live.Calls.Allow();
        await PublishAsync("operator-decided-retry.json");
        await Live.StatusAsync("completed", Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromHours(1), Cancellation);
        Metric("RequestsOverdue").ShouldBe(0);
        Metric("TasksWaiting").ShouldBe(1);
    }

    [Fact]
    public async Task An_erased_person_is_remembered_until_the_last_backup_is_gone_and_not_a_moment_longer()
    {
        await PublishAsync("erasure-requested.json");
        await Live.StatusAsync("completed", Cancellation);
        await Live.StopWatchingAsync(Cancellation);
        var entry = (await Live.Stores.EntryAsync("customers", AdasRequest, Cancellation)).ShouldNotBeNull();
        var expiry = entry.ExpiresAt.ShouldNotBeNull();
        expiry.ShouldBe(entry.At.AddDays(35), TimeSpan.FromSeconds(1));
        expiry.ShouldBeGreaterThanOrEqualTo(entry.At.AddDays(35));

        await Live.Cloud.VirtualTime.AdvanceToAsync(expiry.AddSeconds(-1), Cancellation);
        (await Live.Stores.EntryAsync("customers", AdasRequest, Cancellation)).ShouldNotBeNull();
        var copies = await Live.Stores.LocksAsync($"ledger/customers/{AdasRequest}/", Cancellation);
        copies.Count.ShouldBe(2);
        foreach (var (version, _) in copies)
            (await Should.ThrowAsync<AmazonS3Exception>(() => DeleteAsync(version))).ErrorCode.ShouldBe("AccessDenied");

        await Live.Cloud.VirtualTime.AdvanceToAsync(expiry, Cancellation);
        (await Live.Stores.EntryAsync("customers", AdasRequest, Cancellation)).ShouldBeNull("whether or not DynamoDB has removed it");

        // The first lock was for as long as an erasure may stay open.
        await Live.Cloud.VirtualTime.AdvanceToAsync(DeployedSystem.Start.AddDays(41), Cancellation);
        foreach (var (version, _) in copies) await DeleteAsync(version);
    }

    [Fact]
    public async Task The_copies_of_an_open_entry_stay_locked_for_as_long_as_it_is_open()
    {
        LockUploadsAway();
        await PublishAsync("erasure-requested.json");
        await WaitingAsync();
        await Live.StopWatchingAsync(Cancellation);
        var first = (await CopiesAsync()).Until;

        await Live.AdvanceAsync(TimeSpan.FromDays(19), Cancellation);
        await Live.WatchAsync(Cancellation);
        (await CopiesAsync()).Until.ShouldBe(first, "more than half of it is left");

        await Live.AdvanceAsync(TimeSpan.FromDays(2), Cancellation);
        await Live.WatchAsync(Cancellation);
        var (version, renewed) = await CopiesAsync();
        renewed.ShouldBe(Live.Cloud.Time.GetUtcNow().AddDays(40), TimeSpan.FromSeconds(1));

        await Live.Cloud.VirtualTime.AdvanceToAsync(first.AddDays(1), Cancellation);
        await Should.ThrowAsync<AmazonS3Exception>(() => DeleteAsync(version));
        (await Live.Stores.EntryAsync("uploads", AdasRequest, Cancellation)).ShouldNotBeNull().State.ShouldBe("open");
    }

    [Fact]
    public async Task An_entry_whose_lock_cannot_be_renewed_does_not_stop_the_others()
    {
        LockUploadsAway();
        await PublishAsync("erasure-requested.json");
        await WaitingAsync();
        await Live.PublishAsync(AdasEvent(detail => detail["subject_request_id"] = "11111111-2222-4333-8444-555555555555"), Cancellation);
        await Live.StatusAsync(
            detail => detail["waiting"] is not null && (string?)detail["subject_request_id"] == "11111111-2222-4333-8444-555555555555", Cancellation);
        await Live.StopWatchingAsync(Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromDays(21), Cancellation);
        Live.Calls.Refuse("PUT", Live.Stores.Evidence, Denied(), times: 1);

        var failed = await Should.ThrowAsync<InvalidOperationException>(() => Live.WatchAsync(Cancellation));

        failed.Message.ShouldContain("WatchIncomplete");
        var now = Live.Cloud.Time.GetUtcNow();
        (await Live.Stores.LocksAsync("ledger/uploads/", Cancellation)).Select(copy => copy.Until > now.AddDays(30)).ShouldBe([true, false], ignoreOrder: true);
    }

    private async Task<(S3ObjectVersion Version, DateTimeOffset Until)> CopiesAsync() =>
        (await Live.Stores.LocksAsync($"ledger/uploads/{AdasRequest}/", Cancellation)).ShouldHaveSingleItem();

    private Task<DeleteObjectResponse> DeleteAsync(S3ObjectVersion version) => Live.S3.DeleteObjectAsync(
        new DeleteObjectRequest { BucketName = Live.Stores.Evidence, Key = version.Key, VersionId = version.VersionId }, Cancellation);

    private static string MonthBefore(DateTimeOffset due) => due.AddMonths(-1).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    private IEnumerable<(string?, DateTimeOffset?)> Notices() => Live.StatusEvents.Where(detail => detail["due_notice"] is not null)
        .Select(detail => ((string?)detail["due_notice"], (DateTimeOffset?)detail["expected_completion_time"]));

    /// <summary>The last value that the functions wrote of a metric.</summary>
    private double Metric(string name) => (double)JsonNode.Parse(Live.Logs.Last(line => line.Contains($"\"{name}\":", StringComparison.Ordinal)))![name]!;
}
