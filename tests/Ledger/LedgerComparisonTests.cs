using System.Globalization;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.Hosting;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Ledger;

/// <summary>The table is restored, lost or emptied; its copies are not.</summary>
public sealed class LedgerComparisonTests(DynamoDbLocalProcess dynamoDb) : LedgerFixture(dynamoDb)
{
    private const string Store = "orders";
    private static readonly byte[] Sealed = [1, 2, 3];

    private LedgerComparison Comparison => new(new EvidenceVersions(S3, Bucket), new LedgerRevisions(DynamoDb, Table), Cloud.Time);

    [Fact]
    public async Task A_table_that_was_never_restored_is_not_behind()
    {
        await HistoryAsync();

        (await CheckAsync()).ShouldBe(new LedgerStanding(null, 6, 0, 0));
        (await RebuildAsync()).ShouldBe(new LedgerStanding(null, 6, 0, 0));
    }

    [Fact]
    public async Task A_lost_table_is_rebuilt_but_for_what_is_void_or_expired()
    {
        await HistoryAsync();
        var before = await EntriesAsync();
        await EmptyAsync();

        (await CheckAsync()).ShouldBe(new LedgerStanding(null, 6, 4, 0));
        (await RebuildAsync()).ShouldBe(new LedgerStanding(null, 6, 4, 4));

        var after = await EntriesAsync();
        after.Keys.ShouldBe(["closed", "held", "open", "verified"], ignoreOrder: true);
        foreach (var (request, entry) in after)
        {
            var expected = before[request];
            entry.Sealed.ShouldBe(Sealed);
            entry.Copies.ShouldBe(expected.Copies, ignoreOrder: true);
            (entry with { Sealed = expected.Sealed, Copies = expected.Copies, LockedUntil = expected.LockedUntil }).ShouldBe(expected);
        }

        (await CheckAsync()).Behind.ShouldBe(0);
    }

    [Fact]
    public async Task A_rebuilt_entry_goes_on_as_if_nothing_had_happened()
    {
        await HistoryAsync();
        await EmptyAsync();
        await RebuildAsync();

        await Ledger.VerifyAsync(Store, "open", Now, Now.AddDays(90), Cancellation);
        await Ledger.RenewLockAsync(Store, "held", Cancellation);

        (await Ledger.GetAsync(Store, "open", Cancellation)).ShouldNotBeNull().State.ShouldBe("verified");
        (await CopiesAsync()).Where(copy => copy.Key.Contains("/open/")).ShouldAllBe(copy => copy.Value.LockedUntil >= Now.AddDays(90));
        (await CopiesAsync()).Where(copy => copy.Key.Contains("/held/")).ShouldAllBe(copy => copy.Value.LockedUntil == Now.AddDays(40));
    }

    [Fact]
    public async Task A_table_restored_to_an_earlier_instant_is_brought_up_to_date_and_what_is_newer_stays()
    {
        await Ledger.OpenAsync(Store, "a", Sealed, Cancellation);
        var earlier = (await DynamoDb.GetItemAsync(Table, LedgerEntry.KeyOf(Store, "a"), Cancellation)).Item;
        await Ledger.VerifyAsync(Store, "a", Now, Now.AddDays(35), Cancellation);
        await DynamoDb.PutItemAsync(Table, earlier, Cancellation);
        await AdvanceToAsync(Now.AddHours(1));

        (await CheckAsync()).Behind.ShouldBe(1);
        (await RebuildAsync()).Restored.ShouldBe(1);
        (await Ledger.GetAsync(Store, "a", Cancellation)).ShouldNotBeNull().State.ShouldBe("verified");

        // The copies are behind the table only in a test.
        await DynamoDb.PutItemAsync(Table, ((await Ledger.GetAsync(Store, "a", Cancellation))! with { Revision = 9, State = "held" }).ToItem(), Cancellation);
        (await RebuildAsync()).ShouldBe(new LedgerStanding(null, 1, 0, 0));
        (await Ledger.GetAsync(Store, "a", Cancellation)).ShouldNotBeNull().State.ShouldBe("held");
    }

    [Fact]
    public async Task An_entry_that_changes_while_it_is_put_back_is_not_overwritten()
    {
        await Ledger.OpenAsync(Store, "a", Sealed, Cancellation);
        var opened = await Ledger.GetAsync(Store, "a", Cancellation);
        await EmptyAsync();
        Calls.Before("PutItem", Table, async _ => await DynamoDb.PutItemAsync(Table, (opened! with { Revision = 1, State = "held" }).ToItem(), Cancellation));

        (await RebuildAsync()).ShouldBe(new LedgerStanding(null, 1, 1, 0));

        (await Ledger.GetAsync(Store, "a", Cancellation)).ShouldNotBeNull().State.ShouldBe("held");
    }

    [Fact]
    public async Task What_lifecycle_has_not_removed_yet_of_an_entry_that_expired_does_not_come_back_for_ever()
    {
        await Ledger.OpenAsync(Store, "a", Sealed, Cancellation);
        await Ledger.VerifyAsync(Store, "a", Now, Now.AddDays(45), Cancellation);
        await AdvanceToAsync(Start.AddDays(46));
        var last = (await CopiesAsync()).Single(copy => copy.Key.EndsWith("01-verified.json", StringComparison.Ordinal));
        await DeleteAsync(last.Key, last.Value.VersionId);
        await EmptyAsync();

        (await CheckAsync()).Behind.ShouldBe(0);
        (await RebuildAsync()).ShouldBe(new LedgerStanding(null, 1, 0, 0));
    }

    [Fact]
    public async Task Copies_behind_delete_markers_count_like_any_other()
    {
        await HistoryAsync();
        foreach (var key in (await CopiesAsync()).Keys) await S3.DeleteObjectAsync(Bucket, key, Cancellation);
        await EmptyAsync();

        (await RebuildAsync()).Restored.ShouldBe(4);
    }

    [Fact]
    public async Task Of_two_extensions_that_failed_to_tell_of_each_other_the_longer_is_remembered()
    {
        await Ledger.OpenAsync(Store, "a", Sealed, Cancellation);
        await Ledger.VerifyAsync(Store, "a", Now, Now.AddDays(35), Cancellation);
        Calls.Refuse("PutItem", Table, new AwsError("AccessDeniedException", "No."), times: 1);
        await Should.ThrowAsync<Amazon.DynamoDBv2.AmazonDynamoDBException>(() => Ledger.ExtendAsync(Store, "a", Start.AddDays(90), Cancellation));
        await Ledger.ExtendAsync(Store, "a", Start.AddDays(50), Cancellation);
        await EmptyAsync();

        await RebuildAsync();

        (await Ledger.GetAsync(Store, "a", Cancellation)).ShouldNotBeNull().ExpiresAt.ShouldBe(Start.AddDays(90));
    }

    [Fact]
    public async Task A_copy_whose_entry_is_being_written_does_not_cry_wolf()
    {
        await Ledger.OpenAsync(Store, "a", Sealed, Cancellation);
        await EmptyAsync();

        (await CheckAsync()).Behind.ShouldBe(0);
        await AdvanceToAsync(Now.AddMinutes(16));
        (await CheckAsync()).Behind.ShouldBe(1);
    }

    [Fact]
    public async Task What_one_invocation_does_not_manage_the_next_goes_on_with()
    {
        foreach (var number in Enumerable.Range(0, 130)) await Ledger.OpenAsync(Store, number.ToString("000", CultureInfo.InvariantCulture), Sealed, Cancellation);
        await Ledger.OpenAsync("uploads", "a", Sealed, Cancellation);
        await EmptyAsync();
        using var deadline = new CancellationTokenSource();
        Calls.Before("BatchGetItem", Table, _ => deadline.CancelAsync(), after: 1);

        var first = await Comparison.RebuildAsync(new LedgerScope(), deadline.Token);
        var second = await Comparison.RebuildAsync(new LedgerScope { Continuation = first.Continuation }, Cancellation);

        (first.Scanned, first.Restored).ShouldBe((100L, 100L));
        first.Continuation.ShouldNotBeNull().ShouldContain("/099/");
        second.ShouldBe(new LedgerStanding(null, 31, 31, 31));
    }

    [Fact]
    public async Task One_datastore_can_be_compared_alone()
    {
        await Ledger.OpenAsync("orders", "a", Sealed, Cancellation);
        await Ledger.OpenAsync("orders-archive", "a", Sealed, Cancellation);
        await EmptyAsync();

        (await Comparison.RebuildAsync(new LedgerScope { Datastore = "orders" }, Cancellation)).Restored.ShouldBe(1);
        (await Ledger.GetAsync("orders-archive", "a", Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task The_daily_check_says_how_many_are_missing_and_goes_on_where_it_stopped()
    {
        await HistoryAsync();
        await EmptyAsync();
        var checkpoint = new LedgerCheckpoint(DynamoDb, Requests);
        await checkpoint.WriteAsync("ledger/orders/held/~", Cancellation);

        (await DailyAsync()).ShouldBe((2L, "\"LedgerBehind\":2"), "open and verified come after held");
        (await checkpoint.ReadAsync(Cancellation)).ShouldBeNull();
        (await DailyAsync()).ShouldBe((4L, "\"LedgerBehind\":4"));

        async Task<(long, string)> DailyAsync()
        {
            using var output = new StringWriter();
            var check = new CheckLedger(Comparison, checkpoint, new Metrics(output, Cloud.Time, "test"));
            var standing = await check.HandleAsync(new LedgerScope(), new Invocation("i", null, Now.AddMinutes(15)), Cancellation);
            return (standing.Behind, output.ToString().Split(',')[^1].TrimEnd('}', '\n', '\r'));
        }
    }

    /// <summary>An entry in each state, and one that is expired.</summary>
    private async Task HistoryAsync()
    {
        foreach (var request in new[] { "closed", "expired", "held", "open", "verified", "void" }) await Ledger.OpenAsync(Store, request, Sealed, Cancellation);
        await Ledger.CloseUnverifiedAsync(Store, "closed", Now.AddDays(35), Cancellation);
        await Ledger.VerifyAsync(Store, "expired", Now, Now.AddDays(7), Cancellation);
        await Ledger.HoldAsync(Store, "held", Now.AddDays(300), Now.AddHours(-1), Cancellation);
        await Ledger.VerifyAsync(Store, "verified", Now, Now.AddDays(35), Cancellation);
        await Ledger.ExtendAsync(Store, "verified", Now.AddDays(50), Cancellation);
        await Ledger.VoidAsync(Store, "void", Cancellation);
        await AdvanceToAsync(Now.AddDays(8));
    }

    private Task<LedgerStanding> CheckAsync() => Comparison.CheckAsync(new LedgerScope(), Cancellation);

    private Task<LedgerStanding> RebuildAsync() => Comparison.RebuildAsync(new LedgerScope(), Cancellation);

    private async Task<Dictionary<string, LedgerEntry>> EntriesAsync() =>
        (await ScanAsync()).Select(LedgerEntry.FromItem).ToDictionary(entry => entry.RequestId);

    private async Task EmptyAsync()
    {
        foreach (var item in await ScanAsync())
            await DynamoDb.DeleteItemAsync(Table, new() { ["pk"] = item["pk"], ["sk"] = item["sk"] }, Cancellation);
    }

    private async Task<List<Dictionary<string, AttributeValue>>> ScanAsync() =>
        (await DynamoDb.ScanAsync(new ScanRequest { TableName = Table, ConsistentRead = true }, Cancellation)).Items ?? [];
}
