using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Tests.Local.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Backups;

public sealed class PointInTimeTests(DynamoDbLocalProcess process) : BackupTest(process)
{
    private static readonly TimeSpan Lag = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Every_instant_since_recovery_was_enabled_comes_back()
    {
        await Put("1", "Ada");
        await EnableRecovery();
        await Time.AdvanceAsync(Minute, Cancellation);
        await Put("2", "Bob");
        await Time.AdvanceAsync(Minute, Cancellation);
        await Put("1", "Ada Lovelace");
        await Time.AdvanceAsync(Minute, Cancellation);
        await Delete("2");
        await Time.AdvanceAsync(Lag, Cancellation);

        await ShouldHold(Clouds.Start, ("1", "Ada"));
        await ShouldHold(Clouds.Start + Minute - TimeSpan.FromSeconds(1), ("1", "Ada"));
        await ShouldHold(Clouds.Start + Minute, ("1", "Ada"), ("2", "Bob"));
        await ShouldHold(Clouds.Start + (2 * Minute), ("1", "Ada Lovelace"), ("2", "Bob"));
        await ShouldHold(Clouds.Start + (3 * Minute), ("1", "Ada Lovelace"));
    }

    [Fact]
    public async Task Updates_batches_and_transactions_are_in_the_history()
    {
        await EnableRecovery();
        await Put("1", "Ada");
        await Put("2", "Bob");
        await Time.AdvanceAsync(Minute, Cancellation);
        await Rename("1", "Augusta");
        await DynamoDb.BatchWriteItemAsync(
            new BatchWriteItemRequest { RequestItems = new() { [People] = [new(new PutRequest(Item("3", "Cy"))), new(new DeleteRequest(Key("2")))] } }, Cancellation);
        await Time.AdvanceAsync(Minute, Cancellation);
        await DynamoDb.TransactWriteItemsAsync(
            new TransactWriteItemsRequest
            {
                TransactItems =
                [
                    new() { Delete = new() { TableName = People, Key = Key("1") } },
                    new() { Put = new() { TableName = People, Item = Item("4", "Dee") } },
                    new()
                    {
                        Update = new()
                        {
                            TableName = People, Key = Key("3"), UpdateExpression = "SET #n = :n",
                            ExpressionAttributeNames = new() { ["#n"] = "name" }, ExpressionAttributeValues = new() { [":n"] = new("Cyrus") },
                        },
                    },
                ],
            },
            Cancellation);
        await Time.AdvanceAsync(Lag, Cancellation);

        await ShouldHold(Clouds.Start, ("1", "Ada"), ("2", "Bob"));
        await ShouldHold(Clouds.Start + Minute, ("1", "Augusta"), ("3", "Cy"));
        await ShouldHold(Clouds.Start + (2 * Minute), ("3", "Cyrus"), ("4", "Dee"));
    }

    [Fact]
    public async Task A_transaction_that_is_sent_twice_writes_nothing_the_second_time()
    {
        await EnableRecovery();
        var request = new TransactWriteItemsRequest
        {
            ClientRequestToken = "once",
            TransactItems = [new() { Put = new() { TableName = People, Item = Item("1", "Ada") } }],
        };
        await DynamoDb.TransactWriteItemsAsync(request, Cancellation);
        await Delete("1");
        await Time.AdvanceAsync(Minute, Cancellation);
        await DynamoDb.TransactWriteItemsAsync(request, Cancellation);
        await Time.AdvanceAsync(Lag, Cancellation);

        await ShouldHold(Clouds.Start + Minute);
    }

    [Fact]
    public async Task A_refused_write_is_not_in_the_history()
    {
        await EnableRecovery();
        await Put("1", "Ada");
        await Should.ThrowAsync<ConditionalCheckFailedException>(() => DynamoDb.PutItemAsync(
            new PutItemRequest { TableName = People, Item = Item("1", "Eve"), ConditionExpression = "attribute_not_exists(id)" }, Cancellation));
        await Time.AdvanceAsync(Lag, Cancellation);

        await ShouldHold(Clouds.Start, ("1", "Ada"));
    }

    [Fact]
    public async Task Statements_are_in_the_history()
    {
        await EnableRecovery();
        await Put("1", "Ada");
        await Put("2", "Bob");
        await Time.AdvanceAsync(Minute, Cancellation);
        await DynamoDb.ExecuteStatementAsync(new ExecuteStatementRequest { Statement = """DELETE FROM "people" WHERE id = '1'""" }, Cancellation);
        await Time.AdvanceAsync(Lag, Cancellation);

        await ShouldHold(Clouds.Start, ("1", "Ada"), ("2", "Bob"));
        await ShouldHold(Clouds.Start + Minute, ("2", "Bob"));
    }

    [Fact]
    public async Task Concurrent_writes_leave_the_history_as_the_table_is()
    {
        await EnableRecovery();
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => i % 3 == 0 ? Delete($"{i % 5}") : Put($"{i % 5}", $"writer {i}")));
        await Time.AdvanceAsync(Lag, Cancellation);

        await ShouldHold(Clouds.Start, [.. await Content(People)]);
    }

    [Fact]
    public async Task The_latest_restorable_instant_is_five_minutes_behind_the_clock()
    {
        await EnableRecovery();
        await Put("1", "Ada");
        await Time.AdvanceAsync(TimeSpan.FromMinutes(10), Cancellation);
        await Put("2", "Bob");
        await Time.AdvanceAsync(Minute, Cancellation);

        var window = (await DynamoDb.DescribeContinuousBackupsAsync(new DescribeContinuousBackupsRequest { TableName = People }, Cancellation))
            .ContinuousBackupsDescription.PointInTimeRecoveryDescription;
        var restored = (await DynamoDb.RestoreTableToPointInTimeAsync(
            new RestoreTableToPointInTimeRequest { SourceTableArn = (await Describe(People)).TableArn, TargetTableName = "restored", UseLatestRestorableTime = true },
            Cancellation)).TableDescription;
        await UntilActive("restored");

        window.PointInTimeRecoveryStatus.ShouldBe(PointInTimeRecoveryStatus.ENABLED);
        window.EarliestRestorableDateTime.ShouldBe(Clouds.Start.UtcDateTime);
        window.LatestRestorableDateTime.ShouldBe(Clouds.Start.AddMinutes(6).UtcDateTime);
        restored.RestoreSummary.RestoreDateTime.ShouldBe(window.LatestRestorableDateTime);
        restored.RestoreSummary.SourceBackupArn.ShouldBeNull();
        (await Content("restored")).ShouldBe([("1", "Ada")]);
        await Should.ThrowAsync<InvalidRestoreTimeException>(() => RestoreTo(Clouds.Start.AddMinutes(8), "late"));
        await Should.ThrowAsync<InvalidRestoreTimeException>(() => RestoreTo(Clouds.Start.AddSeconds(-1), "early"));
    }

    [Fact]
    public async Task The_history_reaches_back_thirty_five_days()
    {
        await EnableRecovery();
        await Put("1", "Ada");
        await Time.AdvanceAsync(TimeSpan.FromDays(20), Cancellation);
        await Put("1", "Augusta");
        await Time.AdvanceAsync(TimeSpan.FromDays(30), Cancellation);
        await Put("1", "Ada Lovelace");
        await Time.AdvanceAsync(Lag, Cancellation);

        await Should.ThrowAsync<InvalidRestoreTimeException>(() => RestoreTo(Clouds.Start.AddDays(14), "early"));
        await ShouldHold(Clouds.Start.AddDays(16), ("1", "Ada"));
        await ShouldHold(Clouds.Start.AddDays(21), ("1", "Augusta"));
    }

    [Fact]
    public async Task Without_recovery_there_is_nothing_to_restore_from()
    {
        await Put("1", "Ada");

        var error = await Should.ThrowAsync<PointInTimeRecoveryUnavailableException>(() => RestoreTo(Clouds.Start, "restored"));

        error.Message.ShouldBe("Point in time recovery is not enabled for table 'people'");
        (await DynamoDb.DescribeContinuousBackupsAsync(new DescribeContinuousBackupsRequest { TableName = People }, Cancellation))
            .ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus.ShouldBe(PointInTimeRecoveryStatus.DISABLED);
    }

    [Fact]
    public async Task A_deleted_table_with_recovery_leaves_a_backup_for_thirty_five_days()
    {
        await EnableRecovery();
        await Put("1", "Ada");
        await DynamoDb.DeleteTableAsync(People, Cancellation);

        var backup = (await DynamoDb.ListBackupsAsync(new ListBackupsRequest { BackupType = BackupTypeFilter.SYSTEM }, Cancellation)).BackupSummaries.ShouldHaveSingleItem();
        await RestoreFrom(backup.BackupArn, People);
        await UntilActive(People);

        backup.BackupName.ShouldBe("people$DeletedTableBackup");
        (await Content(People)).ShouldBe([("1", "Ada")]);
        await Time.AdvanceToAsync(Clouds.Start.AddDays(35), Cancellation);
        await Should.ThrowAsync<BackupNotFoundException>(() => RestoreFrom(backup.BackupArn, "late"));
    }

    private async Task ShouldHold(DateTimeOffset instant, params (string Id, string Name)[] content)
    {
        var target = $"at-{instant.Ticks}";
        await RestoreTo(instant, target);
        await UntilActive(target);
        (await Content(target)).ShouldBe(content);
    }

    private Task<UpdateItemResponse> Rename(string id, string name) => DynamoDb.UpdateItemAsync(
        new UpdateItemRequest
        {
            TableName = People,
            Key = Key(id),
            UpdateExpression = "SET #n = :n",
            ExpressionAttributeNames = new() { ["#n"] = "name" },
            ExpressionAttributeValues = new() { [":n"] = new(name) },
        },
        Cancellation);
}
