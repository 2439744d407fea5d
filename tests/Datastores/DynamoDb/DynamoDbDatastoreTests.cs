using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Datastores.DynamoDb;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Vault;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Datastores.DynamoDb;

public sealed class DynamoDbDatastoreTests
{
    private static readonly Exemption Tax = new() { Reason = "tax", Field = "placed", KeepDays = 10 };
    private readonly Faults faults = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Thousands_of_items_of_one_person_are_erased_page_by_page()
    {
        await using var table = await TestTable.CreateAsync(Layout.Partition, faults);
        await table.SeedAsync("1", 2_500);
        await table.SeedAsync("2", 1);
        var queries = 0;
        faults.Before = (_, request) =>
        {
            if (Faults.Target(request) == "Query") Interlocked.Increment(ref queries);
            return Task.FromResult<HttpResponseMessage?>(null);
        };

        var step = await table.Open().EraseAsync(Subjects.Of("1"), null, Cancellation);

        (step.Erased, step.Resume).ShouldBe((2_500, null));
        queries.ShouldBe(3);
        (await table.ReadAllAsync()).ShouldHaveSingleItem().Owner.ShouldBe("2");
    }

    [Fact]
    public async Task Unprocessed_items_are_written_again_after_a_pause()
    {
        await using var table = await TestTable.CreateAsync(Layout.Partition, faults);
        await table.SeedAsync("1", 40);
        var refusals = 0;
        faults.Before = async (_, request) =>
        {
            if (Faults.Target(request) != "BatchWriteItem" || Interlocked.Increment(ref refusals) > 3) return null;
            var writes = JsonNode.Parse(await request.Content!.ReadAsStringAsync(Cancellation))!["RequestItems"]!;
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(new JsonObject { ["UnprocessedItems"] = writes.DeepClone() }.ToJsonString()) };
        };

        var step = await table.Open().EraseAsync(Subjects.Of("1"), null, Cancellation);

        (step.Erased, step.Resume).ShouldBe((40, null));
        table.Time.Waited.ShouldBeGreaterThan(TimeSpan.Zero);
        (await table.ReadAllAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Items_that_stay_unprocessed_until_the_deadline_are_a_transient_failure()
    {
        await using var table = await TestTable.CreateAsync(Layout.Partition, faults);
        await table.SeedAsync("1", 1);
        using var deadline = new CancellationTokenSource();
        var refusals = 0;
        faults.Before = async (_, request) =>
        {
            if (Faults.Target(request) != "BatchWriteItem") return null;
            if (++refusals == 30) await deadline.CancelAsync();
            var writes = JsonNode.Parse(await request.Content!.ReadAsStringAsync(Cancellation))!["RequestItems"]!;
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(new JsonObject { ["UnprocessedItems"] = writes.DeepClone() }.ToJsonString()) };
        };

        await Should.ThrowAsync<DatastoreThrottled>(() => table.Open().EraseAsync(Subjects.Of("1"), null, deadline.Token));

        refusals.ShouldBe(30);
    }

    [Theory]
    [InlineData("ProvisionedThroughputExceededException")]
    [InlineData("ThrottlingException")]
    [InlineData("RequestLimitExceeded")]
    [InlineData("InternalServerError")]
    public async Task A_passing_error_is_waited_out(string code)
    {
        await using var table = await TestTable.CreateAsync(Layout.Index, faults);
        await table.SeedAsync("1", 10);
        var met = new ConcurrentDictionary<string, bool>();
        faults.Before = async (_, request) => met.TryAdd(Faults.Target(request) + await request.Content!.ReadAsStringAsync(Cancellation), true) ? Faults.DynamoDbError(code) : null;

        var step = await table.Open().EraseAsync(Subjects.Of("1"), null, Cancellation);

        step.Erased.ShouldBe(10);
        table.Time.Waited.ShouldBeGreaterThan(TimeSpan.Zero);
    }

    [Theory]
    [InlineData("ProvisionedThroughputExceededException", 400, typeof(DatastoreThrottled))]
    [InlineData("InternalServerError", 500, typeof(DatastoreUnavailable))]
    [InlineData("AccessDeniedException", 400, typeof(DatastoreAccessDenied))]
    [InlineData("UnrecognizedClientException", 400, typeof(DatastoreAccessDenied))]
    [InlineData("ResourceNotFoundException", 400, typeof(DatastoreNotFound))]
    [InlineData("ValidationException", 400, typeof(DatastoreRejected))]
    public async Task An_error_that_stays_is_named_by_its_family_and_never_quotes_the_service(string code, int status, Type failure)
    {
        await using var table = await TestTable.CreateAsync(Layout.Partition, faults);
        faults.Before = (_, request) => Task.FromResult(Faults.Target(request) == "Query" ? Faults.DynamoDbError(code, (HttpStatusCode)status) : null);

        var error = await Should.ThrowAsync(() => table.Open().EraseAsync(Subjects.Of("1"), null, Cancellation), failure);

        error.GetType().ShouldBe(failure);
        error.ToString().ShouldNotContain("secret-key");
        (error is TransientFailure).ShouldBe(status == 500 || failure == typeof(DatastoreThrottled));
    }

    [Fact]
    public async Task A_service_that_does_not_answer_is_unavailable()
    {
        await using var table = await TestTable.CreateAsync(Layout.Partition, faults);
        faults.Before = (_, _) => throw new HttpRequestException("secret-key");

        (await Should.ThrowAsync<DatastoreUnavailable>(() => table.Open().VerifyAsync(Subjects.Of("1"), null, Cancellation))).ToString().ShouldNotContain("secret-key");
    }

    [Fact]
    public async Task Throttling_after_some_progress_is_a_place_to_go_on_from()
    {
        await using var table = await TestTable.CreateAsync(Layout.Partition, faults);
        await table.SeedAsync("1", 1_100);
        var queries = 0;
        faults.Before = (_, request) => Task.FromResult(Faults.Target(request) == "Query" && ++queries > 1 ? Faults.DynamoDbError("ThrottlingException") : null);

        var step = await table.Open().EraseAsync(Subjects.Of("1"), null, Cancellation);
        step.Erased.ShouldBe(1_000);
        faults.Reset();
        step = await table.Open().EraseAsync(Subjects.Of("1"), step.Resume.ShouldNotBeNull(), Cancellation);

        (step.Erased, step.Resume).ShouldBe((1_100, null));
    }

    [Theory]
    [InlineData("Partition", "name:erased")]
    [InlineData("Partition", "name")]
    [InlineData("SortKey", "name:erased")]
    [InlineData("Index", "name:erased")]
    [InlineData("Index", "name")]
    [InlineData("LocalIndex", "name:erased,total:0")]
    public async Task Any_number_of_fields_can_be_anonymised(string layout, string fields)
    {
        var replacements = fields.Split(',').Select(field => field.Split(':')).ToDictionary(field => field[0], field => field.Length > 1 ? field[1] : null);
        await using var table = await TestTable.CreateAsync(
            Enum.Parse<Layout>(layout), faults, change: entry => entry with { Action = new ErasureAction { Kind = ErasureAction.Anonymise, Fields = replacements } });
        await table.SeedAsync("1", 3);

        var step = await table.Open().EraseAsync(Subjects.Of("1"), null, Cancellation);
        var verified = await table.Open().VerifyAsync(Subjects.Of("1"), null, Cancellation);

        (step.Erased, verified.Remaining).ShouldBe((3, 0));
        var items = (await table.Client.ScanAsync(new ScanRequest { TableName = table.Name }, Cancellation)).Items;
        items.ShouldAllBe(item => replacements.All(field => TextOf(item, field.Key) == field.Value));
    }

    [Theory]
    [InlineData(ErasureAction.Delete)]
    [InlineData(ErasureAction.Anonymise)]
    public async Task An_item_that_an_index_still_shows_but_belongs_to_somebody_else_by_now_is_not_touched(string action)
    {
        await using var table = await TestTable.CreateAsync(Layout.Index, faults, action);
        await table.SeedAsync("1", 3);
        faults.After = async (_, request, answer) =>
        {
            if (Faults.Target(request) != "Query") return answer;
            faults.After = null;
            var item = (await table.Client.ScanAsync(new ScanRequest { TableName = table.Name }, Cancellation)).Items[0];
            (item["customer"], item["owner"]) = (new AttributeValue { S = "2" }, new AttributeValue { S = "2" });
            await table.Client.PutItemAsync(table.Name, item, Cancellation);
            return answer;
        };

        var step = await table.Open().EraseAsync(Subjects.Of("1"), null, Cancellation);

        (step.Found, step.Erased).ShouldBe((2, 2));
        (await table.ReadAllAsync()).Single(record => record.Owner == "2").Content.ShouldContain(ITestDatastore.Personal);
    }

    [Fact]
    public async Task What_an_index_still_shows_of_deleted_items_does_not_count_as_remaining()
    {
        await using var table = await TestTable.CreateAsync(Layout.Index, faults);
        await table.SeedAsync("1", 3);
        faults.After = async (_, request, answer) =>
        {
            if (Faults.Target(request) == "Query")
                foreach (var record in await table.ReadAllAsync()) await table.DeleteAsync(record.Name);
            return answer;
        };

        var step = await table.Open().VerifyAsync(Subjects.Of("1"), null, Cancellation);

        (step.Found, step.Remaining, step.NeedsConfirmation).ShouldBe((0, 0, true));
    }

    [Fact]
    public async Task Only_a_zero_from_a_global_index_needs_confirmation()
    {
        await using var partition = await TestTable.CreateAsync(Layout.Partition, faults);
        await using var local = await TestTable.CreateAsync(Layout.LocalIndex, faults);
        await using var global = await TestTable.CreateAsync(Layout.Index, faults);

        (await partition.Open().VerifyAsync(Subjects.Of("1"), null, Cancellation)).NeedsConfirmation.ShouldBeFalse();
        (await local.Open().VerifyAsync(Subjects.Of("1"), null, Cancellation)).NeedsConfirmation.ShouldBeFalse();
        (await global.Open().VerifyAsync(Subjects.Of("1"), null, Cancellation)).NeedsConfirmation.ShouldBeTrue();
    }

    [Theory]
    [InlineData("Partition", ErasureAction.Delete)]
    [InlineData("Index", ErasureAction.Delete)]
    [InlineData("Partition", ErasureAction.Anonymise)]
    public async Task Exempt_items_are_kept_until_their_time_is_over(string layout, string action)
    {
        await using var table = await TestTable.CreateAsync(Enum.Parse<Layout>(layout), faults, action, entry => entry with { Exemptions = [Tax] });
        await PlaceAsync(table, new AttributeValue { S = "2026-02-25T09:00:00+01:00" }, new AttributeValue { N = "1772100000" }, new AttributeValue { S = "2026-01-01T00:00:00Z" }, null);

        var erased = await table.Open().EraseAsync(Subjects.Of("1"), null, Cancellation);
        var verified = await table.Open().VerifyAsync(Subjects.Of("1"), null, Cancellation);

        (erased.Found, erased.Erased, erased.Exempt, erased.ExemptUntil).ShouldBe((4, 2, 2, new DateTimeOffset(2026, 3, 7, 8, 0, 0, TimeSpan.Zero)));
        (verified.Found, verified.Remaining, verified.Exempt, verified.ExemptUntil).ShouldBe((2, 0, 2, erased.ExemptUntil));

        await Task.Delay(TimeSpan.FromDays(30), table.Time, Cancellation);
        (await table.Open().VerifyAsync(Subjects.Of("1"), null, Cancellation)).Remaining.ShouldBe(2);
        (await table.Open().EraseAsync(Subjects.Of("1"), null, Cancellation)).Erased.ShouldBe(2);
        (await table.ReadAllAsync()).ShouldAllBe(record => !record.Content.Contains(ITestDatastore.Personal));
    }

    [Fact]
    public async Task An_exemption_whose_time_cannot_be_read_keeps_the_item_and_is_examined_again()
    {
        await using var table = await TestTable.CreateAsync(Layout.Partition, faults, change: entry => entry with { Exemptions = [Tax] });
        await PlaceAsync(table, new AttributeValue { S = "last week" }, new AttributeValue { BOOL = true }, new AttributeValue { N = "9999999999999999" });

        var step = await table.Open().EraseAsync(Subjects.Of("1"), null, Cancellation);

        (step.Erased, step.Exempt, step.ExemptUntil).ShouldBe((0, 3, ImpatientTime.Start + TimeSpan.FromDays(7)));
    }

    [Fact]
    public async Task An_item_reached_by_two_identities_counts_once()
    {
        await using var table = await TestTable.CreateAsync(Layout.Index, faults, change: entry => entry with
        {
            Exemptions = [Tax],
            Keys =
            [
                .. entry.Keys,
                new KeyMapping { IdentityType = "record_id", PartitionKey = new KeyAttribute { Name = "pk", EqualTo = "record-{record_id}" } },
                new KeyMapping { IdentityType = "alias", Index = "by-person", PartitionKey = new KeyAttribute { Name = "customer" } },
            ],
        });
        await PlaceAsync(table, new AttributeValue { S = "2026-03-01T00:00:00Z" }, null);
        IReadOnlyList<Subject> subjects = [new("vault/1", [new Identity("customer_id", "1", "raw"), new Identity("record_id", "1", "raw"), new Identity("alias", "1", "raw"), new Identity("record_id", "2", "raw")])];

        var counted = await table.Open().VerifyAsync(subjects, null, Cancellation);
        var erased = await table.Open().EraseAsync(subjects, null, Cancellation);

        (counted.Found, counted.Remaining, counted.Exempt).ShouldBe((2, 1, 1));
        (erased.Found, erased.Erased, erased.Exempt).ShouldBe((2, 1, 1));
    }

    [Fact]
    public async Task Anonymising_replaces_and_removes_the_fields_and_keeps_the_rest()
    {
        await using var table = await TestTable.CreateAsync(Layout.Partition, faults, ErasureAction.Anonymise);
        await table.SeedAsync("1", 1);
        var bare = table.NewItem("1");
        bare.Remove("name");
        bare.Remove("note");
        await table.Client.PutItemAsync(table.Name, bare, Cancellation);

        var step = await table.Open().EraseAsync(Subjects.Of("1"), null, Cancellation);

        step.Found.ShouldBe(1);
        (await table.ReadAllAsync()).Select(record => record.Content).ShouldBe(
            ["name=anonymous;owner=1;pk=1;sk=record-1;total=1", "owner=1;pk=1;sk=record-2;total=2"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("7", 1)]
    [InlineData("07", 0)]
    [InlineData("7.0", 0)]
    [InlineData("7e0", 0)]
    [InlineData("+7", 0)]
    [InlineData("-7", 0)]
    [InlineData("٧", 0)]
    [InlineData("seven", 0)]
    [InlineData("999999999999999999999999999999999999999", 0)]
    public void Only_the_canonical_text_of_an_integer_is_a_number_key(string value, int keys)
    {
        var mapping = new KeyMapping { IdentityType = "customer_id", PartitionKey = new KeyAttribute { Name = "id", Type = "N" } };

        (ItemLocator.Of(mapping, value) is { Partition.Operand.N: "7" } ? 1 : 0).ShouldBe(keys);
    }

    [Fact]
    public void A_hash_reaches_only_keys_that_hold_that_hash()
    {
        var entry = new DatastoreEntry
        {
            Name = "hashes",
            Kind = "dynamodb",
            Location = "",
            BackupRetentionDays = 1,
            Processing = SampleProcessing.Processing,
            Action = new ErasureAction { Kind = ErasureAction.Delete },
            Keys = [new KeyMapping { IdentityType = "email", Format = "sha256", PartitionKey = new KeyAttribute { Name = "pk" } }],
        };

        MatchedKeys<ItemLocator> Match(string format) => KeyMatching.Of(entry, [new Subject("vault/1", [new Identity("email", "abc", format)])], ItemLocator.Of);

        (Match("raw").Reachable, Match("sha1").Reachable, Match("sha256").Reachable).ShouldBe((false, false, true));
        Match("sha256").Keys.ShouldHaveSingleItem().Key.Partition.Value.ShouldBe("abc");
    }

    private static string? TextOf(Dictionary<string, AttributeValue> item, string attribute) => item.TryGetValue(attribute, out var value) ? value.S ?? value.N : null;

    private static async Task PlaceAsync(TestTable table, params AttributeValue?[] placed)
    {
        foreach (var instant in placed)
        {
            var item = table.NewItem("1");
            if (instant is not null) item["placed"] = instant;
            await table.Client.PutItemAsync(table.Name, item, Cancellation);
        }
    }
}
