using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Vault;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Datastores.DynamoDb;

/// <summary>What a replay meets in a restored table and in no other kind of resource.</summary>
public sealed class DynamoDbReplayTests
{
    private const string BeforeErasure = "2026-02-01T11:00:00Z", AfterErasure = "2026-02-01T13:00:00Z";
    private static readonly DateTimeOffset ErasedAt = new(2026, 2, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly Faults faults = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ErasureAction.Delete)]
    [InlineData(ErasureAction.Anonymise)]
    public async Task An_item_that_becomes_newer_between_reading_and_erasing_stays(string action)
    {
        await using var table = await TestTable.CreateAsync(Layout.Partition, faults, action);
        var item = table.NewItem("1", BeforeErasure);
        await table.Client.PutItemAsync(table.Name, item, Cancellation);
        await table.Client.PutItemAsync(table.Name, table.NewItem("1", BeforeErasure), Cancellation);
        faults.After = async (_, request, answer) =>
        {
            if (Faults.Target(request) == "Query") await table.Client.PutItemAsync(table.Name, new(item) { [ITestDatastore.RecordTime] = new AttributeValue { S = AfterErasure } }, Cancellation);
            return answer;
        };

        var erased = await table.Open(To(table)).EraseAsync(Subjects.Erased(ErasedAt, "1"), null, Cancellation);
        var verified = await table.Open(To(table)).VerifyAsync(Subjects.Erased(ErasedAt, "1"), null, Cancellation);

        erased.Erased.ShouldBe(1);
        (verified.Remaining, verified.Newer).ShouldBe((0, 1));
    }

    [Fact]
    public async Task Without_a_recordTime_items_are_deleted_in_batches()
    {
        await using var table = await TestTable.CreateAsync(Layout.Partition, faults, change: entry => entry with { RecordTime = null });
        await table.SeedAsync("1", 50, AfterErasure);
        var writes = new List<string>();
        faults.Before = (_, request) =>
        {
            lock (writes) writes.Add(Faults.Target(request));
            return Task.FromResult<HttpResponseMessage?>(null);
        };

        var step = await table.Open(To(table)).EraseAsync(Subjects.Erased(ErasedAt, "1"), null, Cancellation);

        step.Erased.ShouldBe(50);
        writes.Order().ShouldBe(["BatchWriteItem", "BatchWriteItem", "DescribeTable", "Query"]);
    }

    [Theory]
    [InlineData("Partition")]
    [InlineData("Index")]
    public async Task Without_a_recordTime_nothing_is_proven(string layout)
    {
        await using var table = await TestTable.CreateAsync(Enum.Parse<Layout>(layout), faults, change: entry => entry with { RecordTime = null });
        await table.SeedAsync("1", 3, AfterErasure);
        await table.SeedAsync("2", 3);
        IReadOnlyList<Subject> subjects = [.. Subjects.Erased(ErasedAt, "1"), .. Subjects.Erased(null, "2")];

        var reported = await table.Open(To(table, UnprovenRecords.Report)).EraseAsync(subjects, null, Cancellation);
        var erased = await table.Open(To(table)).EraseAsync(subjects, null, Cancellation);

        (reported.Erased, reported.Newer, reported.Unproven).ShouldBe((3, 0, 3));
        (erased.Erased, erased.Newer, erased.Unproven).ShouldBe((3, 0, 0));
    }

    [Fact]
    public async Task An_item_of_two_people_goes_by_the_later_of_their_erasures_whichever_key_shows_it_and_counts_once()
    {
        await using var table = await TestTable.CreateAsync(Layout.Index, faults, change: entry => entry with
        {
            Keys = [.. entry.Keys, new KeyMapping { IdentityType = "alias", Index = "by-person", PartitionKey = new KeyAttribute { Name = "customer" } }],
        });
        await table.SeedAsync("1", 2, BeforeErasure);
        await table.SeedAsync("1", 3, AfterErasure);
        Subject Erased(string type, DateTimeOffset at) => new($"ledger/{type}", [new Identity(type, "1", "raw")], at);

        var early = await table.Open(To(table)).VerifyAsync([Erased("customer_id", ErasedAt.AddDays(-9)), Erased("alias", ErasedAt.AddDays(-8))], null, Cancellation);
        var step = await table.Open(To(table)).EraseAsync([Erased("customer_id", ErasedAt.AddDays(-9)), Erased("alias", ErasedAt)], null, Cancellation);

        (early.Found, early.Remaining, early.Newer).ShouldBe((5, 0, 5));
        (step.Found, step.Erased, step.Newer).ShouldBe((5, 2, 3));
    }

    [Fact]
    public async Task An_exempt_item_is_kept_lawfully_whether_proven_or_not_and_a_newer_one_needs_no_exemption()
    {
        await using var table = await TestTable.CreateAsync(Layout.Partition, faults, change: entry => entry with { Exemptions = [new Exemption { Reason = "tax", Field = "placed", KeepDays = 10 }] });
        foreach (var created in new[] { BeforeErasure, AfterErasure, null })
        {
            var item = table.NewItem("1", created);
            item["placed"] = new AttributeValue { S = "2026-03-01T00:00:00Z" };
            await table.Client.PutItemAsync(table.Name, item, Cancellation);
        }

        var step = await table.Open(To(table, UnprovenRecords.Report)).EraseAsync(Subjects.Erased(ErasedAt, "1"), null, Cancellation);

        (step.Found, step.Erased, step.Exempt, step.Newer, step.Unproven).ShouldBe((3, 0, 2, 1, 0));
    }

    [Fact]
    public async Task A_restored_table_that_is_gone_is_told_from_one_that_is_not_there_yet()
    {
        await using var table = await TestTable.CreateAsync(Layout.Partition, faults);
        faults.Before = (_, request) => Task.FromResult(Faults.Target(request) == "Query" ? Faults.DynamoDbError("ResourceNotFoundException") : null);

        (await Should.ThrowAsync<DatastoreUnavailable>(() => table.Open(To(table)).VerifyAsync(Subjects.Erased(ErasedAt, "1"), null, Cancellation))).ShouldBeAssignableTo<TransientFailure>();
        await Should.ThrowAsync<DatastoreNotFound>(() => table.Open().VerifyAsync(Subjects.Of("1"), null, Cancellation));

        faults.Reset();
        var gone = new Target { Arn = table.Entry.Location + "-gone" };
        await Should.ThrowAsync<DatastoreNotFound>(() => table.Open(gone).VerifyAsync(Subjects.Erased(ErasedAt, "1"), null, Cancellation));
    }

    private static Target To(TestTable table, string unproven = UnprovenRecords.Erase) => new() { Arn = table.Entry.Location, Unproven = unproven };
}
