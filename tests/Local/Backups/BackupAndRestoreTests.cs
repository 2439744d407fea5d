using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Tests.Local.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Backups;

public sealed class BackupAndRestoreTests(DynamoDbLocalProcess process) : BackupTest(process)
{
    [Fact]
    public async Task A_backup_brings_back_what_was_there_when_it_was_made_and_nothing_since()
    {
        await Put("1", "Ada");
        await Put("2", "Bob");
        var backup = await Backup();
        await Delete("1");
        await Put("3", "Eve");

        await RestoreFrom(backup, "restored");
        await UntilActive("restored");

        (await Content("restored")).ShouldBe([("1", "Ada"), ("2", "Bob")]);
        (await Content(People)).ShouldBe([("2", "Bob"), ("3", "Eve")]);
    }

    [Fact]
    public async Task A_restored_table_is_created_for_a_while_and_says_where_it_is_from()
    {
        var backup = await Backup();
        var made = (await DynamoDb.DescribeBackupAsync(new DescribeBackupRequest { BackupArn = backup }, Cancellation)).BackupDescription.BackupDetails;

        var restored = await RestoreFrom(backup, "restored");

        restored.TableStatus.ShouldBe(TableStatus.CREATING);
        restored.RestoreSummary.RestoreInProgress.ShouldBe(true);
        restored.RestoreSummary.SourceBackupArn.ShouldBe(backup);
        restored.RestoreSummary.SourceTableArn.ShouldBe((await Describe(People)).TableArn);
        restored.RestoreSummary.RestoreDateTime.ShouldBe(made.BackupCreationDateTime);
        restored.TableArn.ShouldBe("arn:aws:dynamodb:eu-west-1:000000000000:table/restored");
        await Should.ThrowAsync<ResourceNotFoundException>(() => Content("restored"));
        await Should.ThrowAsync<ResourceInUseException>(() => DynamoDb.DeleteTableAsync("restored", Cancellation));

        await UntilActive("restored");
        (await Describe("restored")).RestoreSummary.RestoreInProgress.ShouldBe(false);
        (await Describe(People)).RestoreSummary.ShouldBeNull();
    }

    [Fact]
    public async Task The_indexes_come_back_with_the_table()
    {
        await Put("1", "Ada", "Cork");
        await Put("2", "Bob", "Galway");
        await RestoreFrom(await Backup(), "restored");
        await UntilActive("restored");

        var found = await DynamoDb.QueryAsync(
            new QueryRequest
            {
                TableName = "restored",
                IndexName = "by-town",
                KeyConditionExpression = "town = :town",
                ExpressionAttributeValues = new() { [":town"] = new("Galway") },
            },
            Cancellation);

        found.Items.ShouldHaveSingleItem()["name"].S.ShouldBe("Bob");
    }

    [Fact]
    public async Task A_restore_may_leave_the_indexes_out()
    {
        var backup = await Backup();

        await DynamoDb.RestoreTableFromBackupAsync(
            new RestoreTableFromBackupRequest { BackupArn = backup, TargetTableName = "restored", GlobalSecondaryIndexOverride = [] }, Cancellation);

        (await Describe("restored")).GlobalSecondaryIndexes.ShouldBeNull();
    }

    [Fact]
    public async Task More_items_than_fit_a_page_are_backed_up()
    {
        var notes = new string('n', 300_000);
        foreach (var id in Enumerable.Range(10, 30))
            await DynamoDb.PutItemAsync(People, new() { ["id"] = new($"{id}"), ["name"] = new("n"), ["notes"] = new(notes) }, Cancellation);

        await RestoreFrom(await Backup(), "restored");
        await UntilActive("restored");

        var (pages, items) = (0, 0);
        Dictionary<string, AttributeValue>? last = null;
        do
        {
            var page = await DynamoDb.ScanAsync(new ScanRequest { TableName = "restored", ExclusiveStartKey = last }, Cancellation);
            (pages, items, last) = (pages + 1, items + page.Items.Count, page.LastEvaluatedKey);
        }
        while (last is { Count: > 0 });

        pages.ShouldBeGreaterThan(1);
        items.ShouldBe(30);
    }

    [Fact]
    public async Task A_table_has_an_id_for_life_and_another_when_it_is_made_again()
    {
        var first = (await Describe(People)).TableId;
        (await Describe(People)).TableId.ShouldBe(first);
        (await Describe(People)).CreationDateTime.ShouldBe(Clouds.Start.UtcDateTime);

        await DynamoDb.DeleteTableAsync(People, Cancellation);
        await CreateTable(People);

        first.ShouldNotBeNullOrEmpty();
        (await Describe(People)).TableId.ShouldNotBe(first);
    }

    [Fact]
    public async Task A_backup_is_described_with_its_table_and_outlives_it()
    {
        await Put("1", "Ada");
        var table = await Describe(People);
        var backup = await Backup("before-launch");
        await DynamoDb.DeleteTableAsync(People, Cancellation);

        var described = (await DynamoDb.DescribeBackupAsync(new DescribeBackupRequest { BackupArn = backup }, Cancellation)).BackupDescription;

        described.BackupDetails.BackupName.ShouldBe("before-launch");
        described.BackupDetails.BackupStatus.ShouldBe(BackupStatus.AVAILABLE);
        described.BackupDetails.BackupType.ShouldBe(BackupType.USER);
        described.BackupDetails.BackupCreationDateTime.ShouldBe(Clouds.Start.UtcDateTime);
        described.SourceTableDetails.TableId.ShouldBe(table.TableId);
        described.SourceTableDetails.ItemCount.ShouldBe(1);
        described.SourceTableFeatureDetails.GlobalSecondaryIndexes.ShouldHaveSingleItem().IndexName.ShouldBe("by-town");
        await RestoreFrom(backup, People);
        await UntilActive(People);
        (await Content(People)).ShouldBe([("1", "Ada")]);
    }

    [Fact]
    public async Task Backups_are_listed_by_page_by_table_and_by_time()
    {
        var first = await Backup("first");
        var second = await Backup("second");
        await CreateTable("others");

        var page = await DynamoDb.ListBackupsAsync(new ListBackupsRequest { Limit = 1 }, Cancellation);
        page.BackupSummaries.ShouldHaveSingleItem().BackupArn.ShouldBe(first);
        var next = await DynamoDb.ListBackupsAsync(new ListBackupsRequest { Limit = 1, ExclusiveStartBackupArn = page.LastEvaluatedBackupArn }, Cancellation);
        next.BackupSummaries.ShouldHaveSingleItem().BackupArn.ShouldBe(second);
        next.LastEvaluatedBackupArn.ShouldBeNull();

        (await Listed(new ListBackupsRequest { TableName = "others" })).ShouldBeEmpty();
        (await Listed(new ListBackupsRequest { TableName = People, TimeRangeLowerBound = (Clouds.Start + Minute).UtcDateTime })).ShouldBe([second]);
        (await Listed(new ListBackupsRequest { TimeRangeUpperBound = (Clouds.Start + Minute).UtcDateTime })).ShouldBe([first]);

        async Task<IEnumerable<string>> Listed(ListBackupsRequest request) =>
            ((await DynamoDb.ListBackupsAsync(request, Cancellation)).BackupSummaries ?? []).Select(backup => backup.BackupArn);
    }

    [Fact]
    public async Task A_deleted_backup_is_gone()
    {
        var backup = await Backup();

        var deleted = await DynamoDb.DeleteBackupAsync(new DeleteBackupRequest { BackupArn = backup }, Cancellation);

        deleted.BackupDescription.BackupDetails.BackupStatus.ShouldBe(BackupStatus.DELETED);
        await Should.ThrowAsync<BackupNotFoundException>(() => RestoreFrom(backup, "restored"));
        await Should.ThrowAsync<BackupNotFoundException>(() => DynamoDb.DescribeBackupAsync(new DescribeBackupRequest { BackupArn = backup }, Cancellation));
    }

    [Fact]
    public async Task A_backup_that_is_still_being_made_cannot_be_restored()
    {
        var backup = (await DynamoDb.CreateBackupAsync(new CreateBackupRequest { TableName = People, BackupName = "now" }, Cancellation)).BackupDetails;

        backup.BackupStatus.ShouldBe(BackupStatus.CREATING);
        await Should.ThrowAsync<BackupInUseException>(() => RestoreFrom(backup.BackupArn, "restored"));
    }

    [Fact]
    public async Task A_restore_never_takes_the_place_of_a_table()
    {
        await Put("1", "Ada");
        var backup = await Backup();

        (await Should.ThrowAsync<TableAlreadyExistsException>(() => RestoreFrom(backup, People))).Message.ShouldBe("Table already exists: people");
        (await Should.ThrowAsync<TableNotFoundException>(() => DynamoDb.CreateBackupAsync(
            new CreateBackupRequest { TableName = "nobody", BackupName = "none" }, Cancellation))).Message.ShouldBe("Table not found: nobody");
    }
}
