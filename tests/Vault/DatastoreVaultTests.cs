using System.Text.Json;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Vault;
using ServerlessGdpr.Local.DynamoDb;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Vault;

public sealed class DatastoreVaultTests(DynamoDbLocalProcess dynamoDb) : VaultFixture(dynamoDb)
{
    private static readonly Identity[] Identities = [new("customer_id", "C-1042", "raw"), new("email", "ada.lindqvist@example.com", "raw")];

    private DatastoreVault Vault => new(DynamoDb, Opening, Table);

    private VaultEntries Entries => new(DynamoDb, Table);

    [Fact]
    public async Task A_reference_leads_to_the_identities_that_intake_sealed_for_the_datastore()
    {
        await PutAsync(Store, await SealAsync(Store));

        (await Vault.ReadAsync(Store, VaultKeys.Reference(Request), Cancellation)).ShouldBe(Identities);
    }

    [Fact]
    public async Task What_was_sealed_for_another_datastore_does_not_open_though_it_is_put_in_place()
    {
        await PutAsync(Store, await SealAsync("customers"));

        await Should.ThrowAsync<SealBroken>(() => Vault.ReadAsync(Store, VaultKeys.Reference(Request), Cancellation));
    }

    [Theory]
    [InlineData("vault/" + Request)]
    [InlineData("vault/")]
    [InlineData(Request)]
    [InlineData("")]
    public async Task A_reference_that_leads_nowhere_is_a_permanent_failure(string reference)
    {
        var missing = await Should.ThrowAsync<VaultEntryMissing>(() => Vault.ReadAsync(Store, reference, Cancellation));

        missing.ShouldBeAssignableTo<PermanentFailure>();
    }

    [Fact]
    public async Task Resume_state_is_kept_sealed_by_operation_the_last_one_counts()
    {
        await PutAsync(Store, await SealAsync(Store));

        var continuation = await Vault.SaveResumeAsync(Store, Request, "erase", "{\"key\":\"C-1042\"}", Cancellation);
        await Vault.SaveResumeAsync(Store, Request, "erase", "{\"key\":\"C-1042/2\"}", Cancellation);
        await Vault.SaveResumeAsync(Store, Request, "verify", "elsewhere", Cancellation);

        continuation.ShouldBe("erase");
        (await Vault.ReadResumeAsync(Store, Request, continuation, Cancellation)).ShouldBe("{\"key\":\"C-1042/2\"}");
        Calls.All.Where(call => call.Operation == "PutItem").ShouldAllBe(call => !call.Body.Contains("C-1042"));

        await Vault.DeleteResumeAsync(Store, Request, "erase", Cancellation);
        (await Vault.ReadResumeAsync(Store, Request, "erase", Cancellation)).ShouldBeNull("the operation starts again");
        (await Vault.ReadResumeAsync(Store, Request, "verify", Cancellation)).ShouldBe("elsewhere");
    }

    [Fact]
    public async Task Resume_state_of_another_datastore_does_not_open()
    {
        await PutAsync(Store, await SealAsync(Store));
        await PutAsync("customers", await SealAsync("customers"));
        await Vault.SaveResumeAsync("customers", Request, "erase", "state", Cancellation);
        var foreign = (await GetAsync(VaultKeys.Resume("customers", Request, "erase")))["sealed"];
        await DynamoDb.PutItemAsync(Table, new(VaultKeys.Resume(Store, Request, "erase")) { ["sealed"] = foreign }, Cancellation);

        await Should.ThrowAsync<SealBroken>(() => Vault.ReadResumeAsync(Store, Request, "erase", Cancellation));
    }

    [Fact]
    public async Task No_resume_state_is_kept_for_a_task_that_lost_its_identities() =>
        await Should.ThrowAsync<VaultEntryMissing>(() => Vault.SaveResumeAsync(Store, Request, "erase", "state", Cancellation));

    [Fact]
    public async Task A_final_task_leaves_nothing_and_others_stay()
    {
        await PutAsync(Store, await SealAsync(Store));
        await PutAsync("customers", await SealAsync("customers"));
        await Vault.SaveResumeAsync(Store, Request, "erase", "state", Cancellation);
        await Vault.SaveResumeAsync(Store, Request, "verify", "state", Cancellation);

        await Entries.RemoveTaskAsync(Store, Request, Cancellation);

        var left = await DynamoDb.ScanAsync(new ScanRequest(Table) { ConsistentRead = true }, Cancellation);
        left.Items.ShouldHaveSingleItem()["pk"].S.ShouldBe($"customers#{Request}");
    }

    [Fact]
    public async Task What_the_ledger_kept_opens_again_when_it_is_put_back()
    {
        await PutAsync(Store, await SealAsync(Store));
        var kept = (await Entries.ReadSealedAsync(Store, Request, Cancellation)).ShouldNotBeNull();
        await Entries.RemoveTaskAsync(Store, Request, Cancellation);
        (await Entries.ReadSealedAsync(Store, Request, Cancellation)).ShouldBeNull();

        await Entries.RestoreAsync(Store, Request, kept, Cancellation);

        (await Vault.ReadAsync(Store, VaultKeys.Reference(Request), Cancellation)).ShouldBe(Identities);
    }

    private Task<byte[]> SealAsync(string datastore) =>
        Sealing.SealAsync(Request, datastore, JsonSerializer.SerializeToUtf8Bytes(Identities, FunctionsJson.Default.IReadOnlyListIdentity), Cancellation);

    private Task<PutItemResponse> PutAsync(string datastore, byte[] sealedBytes) => DynamoDb.PutItemAsync(
        Table, new(VaultKeys.Identities(datastore, Request)) { [VaultKeys.Sealed] = Items.Binary(sealedBytes) }, Cancellation);

    private async Task<Dictionary<string, AttributeValue>> GetAsync(Dictionary<string, AttributeValue> key) =>
        (await DynamoDb.GetItemAsync(new GetItemRequest { TableName = Table, Key = key, ConsistentRead = true }, Cancellation)).Item;
}
