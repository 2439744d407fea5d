using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Local.CloudTrail;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Tests.Local.Backups;
using ServerlessGdpr.Tests.Local.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.CloudTrail;

public sealed class CallEventTests(DynamoDbLocalProcess process) : BackupTest(process)
{
    private DefaultBus bus = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        bus = await DefaultBus.WatchAsync(Cloud, Cancellation);
    }

    [Fact]
    public async Task A_restore_from_a_backup_is_told_a_few_seconds_later()
    {
        var backup = await Backup();
        await RestoreFrom(backup, "restored");
        (await bus.TakeAsync(Cancellation)).ShouldBeEmpty();

        await Time.AdvanceAsync(TimeSpan.FromSeconds(5), Cancellation);

        var told = (await bus.TakeAsync(Cancellation)).ShouldHaveSingleItem();
        (told["source"]!.ToString(), told["detail-type"]!.ToString(), told["time"]!.ToString())
            .ShouldBe(("aws.dynamodb", "AWS API Call via CloudTrail", "2026-01-31T10:01:05Z"));
        var detail = told["detail"]!.AsObject();
        (detail["eventSource"]!.ToString(), detail["eventName"]!.ToString()).ShouldBe(("dynamodb.amazonaws.com", "RestoreTableFromBackup"));
        (detail["eventTime"]!.ToString(), detail["awsRegion"]!.ToString(), detail["recipientAccountId"]!.ToString())
            .ShouldBe(("2026-01-31T10:01:00Z", "eu-west-1", "000000000000"));
        JsonNode.DeepEquals(detail["requestParameters"], new JsonObject { ["targetTableName"] = "restored", ["backupArn"] = backup }).ShouldBeTrue();
        detail["responseElements"].ShouldBeNull();
        detail.ContainsKey("errorCode").ShouldBeFalse();
    }

    [Fact]
    public async Task A_restore_to_an_instant_is_told_as_it_was_asked_for()
    {
        await EnableRecovery();
        await RestoreTo(Clouds.Start, "first");
        await DynamoDb.RestoreTableToPointInTimeAsync(
            new RestoreTableToPointInTimeRequest { SourceTableArn = (await Describe(People)).TableArn, TargetTableName = "second", UseLatestRestorableTime = true }, Cancellation);
        await Time.AdvanceAsync(Minute, Cancellation);

        var told = (await bus.TakeAsync(Cancellation)).Select(envelope => envelope["detail"]!["requestParameters"]!.ToJsonString());
        told.ShouldBe(
            [
                """{"targetTableName":"first","sourceTableName":"people","restoreDateTime":"2026-01-31T10:00:00Z"}""",
                """{"targetTableName":"second","sourceTableArn":"arn:aws:dynamodb:eu-west-1:000000000000:table/people","useLatestRestorableTime":true}""",
            ],
            ignoreOrder: true);
    }

    [Fact]
    public async Task A_refused_restore_is_told_with_its_error()
    {
        var backup = await Backup();
        await Should.ThrowAsync<TableAlreadyExistsException>(() => RestoreFrom(backup, People));
        await Time.AdvanceAsync(Minute, Cancellation);

        (await bus.TakeAsync(Cancellation)).ShouldHaveSingleItem()["detail"]!["errorCode"]!.ToString().ShouldBe("TableAlreadyExistsException");
    }

    [Fact]
    public async Task A_suppressed_source_loses_its_events_until_it_is_resumed()
    {
        var backup = await Backup();
        var announcements = Cloud.Get<RestoreAnnouncements>();
        announcements.Suppress("aws.dynamodb");
        await RestoreFrom(backup, "lost");
        await UntilActive("lost");
        announcements.Resume("aws.dynamodb");
        await RestoreFrom(backup, "told");
        await UntilActive("told");

        (await bus.TakeAsync(Cancellation)).ShouldHaveSingleItem()["detail"]!["requestParameters"]!["targetTableName"]!.ToString().ShouldBe("told");
    }
}
