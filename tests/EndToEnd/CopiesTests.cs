using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Restores.Copies;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.Hosting;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>The customers were restored once, beside the registered table, with Ada and somebody else among them.</summary>
public sealed class CopiesTests(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb) : SystemTest(app, dynamoDb)
{
    private const string Copy = "shop-customers-restored-1";
    private const string CopyArn = $"arn:aws:dynamodb:{CloudOptions.Region}:{CloudOptions.Account}:table/{Copy}";

    [Fact]
    public async Task An_erasure_clears_the_registered_datastore_and_its_restored_copy()
    {
        await RestoreCustomersAsync();

        await PublishAsync("erasure-requested.json");
        var completed = await Live.StatusAsync("completed", Cancellation);

        (await AdaAsync()).ShouldBe(Holdings.Nothing);
        (await OtherAsync()).ShouldBe(Holdings.Everything);
        (await CustomersInCopyAsync()).ShouldBe([Shop.Other.CustomerId]);
        completed["outcomes"]!.AsArray().Where(outcome => (string?)outcome!["datastore"] == "customers")
            .Select(outcome => ((string?)outcome!["target"], (string?)outcome["outcome"], (long?)outcome["erased"]))
            .ShouldBe([(null, "erased", 1), (CopyArn, "erased", 1)], ignoreOrder: true);
        (await Live.Stores.StatesAsync(AdasRequest, Cancellation)).Values.ShouldBe(["verified", "verified", "verified"]);
        (await Live.Stores.VaultItemsAsync(Cancellation)).ShouldBeEmpty();
        var run = (await Live.ExecutionsAsync(Cancellation)).ShouldHaveSingleItem();
        run.CallsOf("customers").Select(call => (call.Operation, call.Target)).ShouldBe(
            [("erase", null), ("verify", null), ("erase", CopyArn), ("verify", CopyArn)], ignoreOrder: true);
        run.DatastoreCalls.Where(call => call.Datastore != "customers").ShouldAllBe(call => call.Target == null);
    }

    [Fact]
    public async Task A_copy_that_denies_access_waits_for_an_operator_and_the_person_stays_in_the_ledger_meanwhile()
    {
        await RestoreCustomersAsync();
        foreach (var operation in new[] { "DescribeTable", "GetItem", "Query" }) Live.Calls.Refuse(operation, Copy, DeniedByDynamoDb());

        await PublishAsync("erasure-requested.json");
        var waiting = await WaitingAsync();

        waiting["waiting"]!.AsArray().Select(datastore => (string?)datastore).ShouldBe(["customers"]);
        (await AdaAsync()).ShouldBe(Holdings.Nothing, "the registered datastores wait for no copy");
        (await CustomersInCopyAsync()).ShouldContain(Shop.Ada.CustomerId);
        (await Live.Stores.StatesAsync(AdasRequest, Cancellation)).ShouldBe(
            new Dictionary<string, string> { ["customers"] = "open", ["orders"] = "verified", ["uploads"] = "verified" }, ignoreOrder: true);
        (await Live.Stores.VaultItemsAsync(Cancellation)).Select(item => item.Key).ShouldBe(
            [$"@request#{AdasRequest}/callbacks", $"customers#{AdasRequest}/identities"], ignoreOrder: true);

        Live.Calls.Allow();
        await Live.AdvanceAsync(TimeSpan.FromHours(5), Cancellation);
        await PublishAsync("operator-decided-retry.json");
        var completed = await Live.StatusAsync("completed", Cancellation);

        (await CustomersInCopyAsync()).ShouldBe([Shop.Other.CustomerId]);
        var verifiedAt = completed["outcomes"]!.AsArray().Where(outcome => (string?)outcome!["target"] == CopyArn).Select(outcome => (DateTimeOffset?)outcome!["verified_at"])
            .ShouldHaveSingleItem().ShouldNotBeNull();
        var entry = (await Live.Stores.EntryAsync("customers", AdasRequest, Cancellation)).ShouldNotBeNull();
        (entry.State, entry.At).ShouldBe(("verified", verifiedAt), "a backup of the copy made before may hold the person");
        (await Live.Stores.VaultItemsAsync(Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_copy_that_is_gone_has_nobody_in_it_and_holds_nothing_up()
    {
        await RestoreCustomersAsync();
        await Live.DynamoDb.DeleteTableAsync(Copy, Cancellation);

        await PublishAsync("erasure-requested.json");
        var completed = await Live.StatusAsync("completed", Cancellation);

        (await AdaAsync()).ShouldBe(Holdings.Nothing);
        completed["outcomes"]!.AsArray().Where(outcome => (string?)outcome!["target"] == CopyArn).Select(outcome => (string?)outcome!["outcome"]).ShouldBe(["not_found"]);
        (await Live.Stores.StatesAsync(AdasRequest, Cancellation)).Values.ShouldBe(["verified", "verified", "verified"]);
        var certificate = (await Live.Stores.EvidenceAsync(Cancellation)).Single(record => record.Key.StartsWith($"certificates/{AdasRequest}/", StringComparison.Ordinal));
        certificate.Content.ShouldContain("\"target\":\"gone\"");
    }

    private async Task RestoreCustomersAsync()
    {
        // The reconciler runs once at deployment: a copy that it sees go is no business of erasures any more.
        await Live.SettleAsync(Cancellation);
        await Live.DynamoDb.CreateTableAsync(
            new CreateTableRequest
            {
                TableName = Copy,
                BillingMode = BillingMode.PAY_PER_REQUEST,
                KeySchema = [new("customer_id", KeyType.HASH)],
                AttributeDefinitions = [new("customer_id", "S")],
            },
            Cancellation);
        foreach (var person in new[] { Shop.Ada, Shop.Other })
            await Live.DynamoDb.PutItemAsync(Copy, new() { ["customer_id"] = new(person.CustomerId), ["email"] = new(person.Email) }, Cancellation);
        var table = (await Live.DynamoDb.DescribeTableAsync(Copy, Cancellation)).Table;
        table.TableArn.ShouldBe(CopyArn);
        await new CopyStore(Live.DynamoDb, Live.Stores.Requests, ["customers"]).RegisterAsync(
            new RestoredCopy
            {
                Datastore = "customers",
                Arn = CopyArn,
                ResourceId = table.TableId,
                RestoreId = "restore-1",
                EffectiveAsOf = DeployedSystem.Start.AddDays(-1),
                RegisteredAt = Live.Cloud.Time.GetUtcNow(),
            },
            Cancellation);
    }

    private async Task<IReadOnlyList<string>> CustomersInCopyAsync() =>
        [.. (await Live.DynamoDb.ScanAsync(new ScanRequest(Copy) { ConsistentRead = true }, Cancellation)).Items.Select(item => item["customer_id"].S)];
}
