using System.Text.Json;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Vault;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Tests.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Vault;

public sealed class DatastoreVaultTests(DynamoDbLocalProcess dynamoDb) : VaultFixture(dynamoDb)
{
    private static readonly Identity[] Identities = [new("customer_id", "C-1042", "raw"), new("email", "ada.lindqvist@example.com", "raw")];

    private const string Replay = "restore-1.0";
    private const string Copy = "arn:aws:dynamodb:eu-west-1:000000000000:table/shop-orders-restored";
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private readonly SettableTime time = new(Now);

    private DatastoreVault Vault => new(DynamoDb, Opening, Table, Ledger, time);

    private VaultEntries Entries => new(DynamoDb, Table);

    [Fact]
    public async Task A_reference_leads_to_the_identities_that_intake_sealed_for_the_datastore()
    {
        await PutAsync(Store, await SealAsync(Store));

        (await Vault.ReadAsync(Store, VaultKeys.Reference(Request), Cancellation)).ShouldNotBeNull()
            .ShouldSatisfyAllConditions(
                subject => subject.Identities.ShouldBe(Identities),
                subject => subject.ErasedAt.ShouldBeNull());
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

        await SaveAsync("erase", "{\"key\":\"C-1042\"}");
        await SaveAsync("erase", "{\"key\":\"C-1042/2\"}");
        await SaveAsync("verify", "elsewhere");

        (await Vault.ReadResumeAsync(Of("erase"), Cancellation)).ShouldBe("{\"key\":\"C-1042/2\"}");
        Calls.All.Where(call => call.Operation == "PutItem").ShouldAllBe(call => !call.Body.Contains("C-1042"));

        await Vault.DeleteResumeAsync(Of("erase"), Cancellation);
        (await Vault.ReadResumeAsync(Of("erase"), Cancellation)).ShouldBeNull("the operation starts again");
        (await Vault.ReadResumeAsync(Of("verify"), Cancellation)).ShouldBe("elsewhere");
    }

    [Fact]
    public async Task Resume_state_of_another_datastore_does_not_open()
    {
        await PutAsync(Store, await SealAsync(Store));
        await PutAsync("customers", await SealAsync("customers"));
        await SaveAsync("erase", "state", "customers");
        var foreign = (await GetAsync(VaultKeys.Resume("customers", Request, "erase")))["sealed"];
        await DynamoDb.PutItemAsync(Table, new(VaultKeys.Resume(Store, Request, "erase")) { ["sealed"] = foreign }, Cancellation);

        await Should.ThrowAsync<SealBroken>(() => Vault.ReadResumeAsync(Of("erase"), Cancellation));
    }

    [Fact]
    public async Task No_resume_state_is_kept_for_a_task_that_lost_its_identities() =>
        await Should.ThrowAsync<VaultEntryMissing>(() => SaveAsync("erase", "state"));

    [Fact]
    public async Task A_final_task_leaves_nothing_and_others_stay()
    {
        await PutAsync(Store, await SealAsync(Store));
        await PutAsync("customers", await SealAsync("customers"));
        await SaveAsync("erase", "state");
        await SaveAsync("verify", "state");
        await SaveAsync("export", "state");

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

        await Entries.RestoreAsync(Store, Request, kept, Now.AddDays(-9), Cancellation);

        var subject = (await Vault.ReadAsync(Store, VaultKeys.Reference(Request), Cancellation)).ShouldNotBeNull();
        subject.Identities.ShouldBe(Identities);
        (subject.ErasedAt, subject.VerifiedAt).ShouldBe((Now.AddDays(-9), null));
    }

    [Theory]
    [InlineData(LedgerStates.Verified, true)]
    [InlineData(LedgerStates.Open, false)]
    [InlineData(LedgerStates.Held, true)]
    public async Task A_reference_into_the_ledger_leads_to_who_was_erased_and_when(string state, bool knowsWhen)
    {
        await RememberAsync(state, expiresAt: Now.AddDays(1));

        var subject = (await Vault.ReadAsync(Store, VaultKeys.LedgerReference(Request), Cancellation)).ShouldNotBeNull();

        subject.Reference.ShouldBe($"ledger/{Request}");
        subject.Identities.ShouldBe(Identities);
        (subject.ErasedAt, subject.VerifiedAt).ShouldBe(knowsWhen ? (Now.AddDays(-3), Now.AddDays(-3)) : (null, null));
        Calls.All.Where(call => call.Operation == "GetItem").ShouldAllBe(call => call.Body.Contains("\"ConsistentRead\":true"));
    }

    [Fact]
    public async Task Of_an_entry_that_was_held_before_anyone_noted_since_when_everything_goes()
    {
        await RememberAsync(LedgerStates.Held, expiresAt: null, knowsSinceWhen: false);

        (await Vault.ReadAsync(Store, VaultKeys.LedgerReference(Request), Cancellation)).ShouldNotBeNull().ErasedAt.ShouldBeNull();
    }

    [Fact]
    public async Task Who_was_never_erased_is_left_out()
    {
        await RememberAsync(LedgerStates.Void, expiresAt: null);

        (await Vault.ReadAsync(Store, VaultKeys.LedgerReference(Request), Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task An_entry_that_has_expired_or_is_gone_is_left_out()
    {
        await RememberAsync(LedgerStates.Verified, expiresAt: Now.AddDays(1));
        time.Now = Now.AddDays(1);

        (await Vault.ReadAsync(Store, VaultKeys.LedgerReference(Request), Cancellation)).ShouldBeNull();
        (await Vault.ReadAsync(Store, VaultKeys.LedgerReference("unknown"), Cancellation)).ShouldBeNull();
        await Should.ThrowAsync<VaultEntryMissing>(() => Vault.ReadAsync(Store, "ledger/", Cancellation));
    }

    [Fact]
    public async Task What_the_ledger_sealed_for_another_datastore_does_not_open()
    {
        await RememberAsync(LedgerStates.Verified, expiresAt: null, sealedFor: "customers");

        await Should.ThrowAsync<SealBroken>(() => Vault.ReadAsync(Store, VaultKeys.LedgerReference(Request), Cancellation));
    }

    [Fact]
    public async Task Resume_state_of_a_replay_is_sealed_like_its_first_subject_and_goes_by_itself_when_the_replay_is_abandoned()
    {
        await RememberAsync(LedgerStates.Verified, expiresAt: Now.AddDays(1));
        var key = new ResumeKey(Store, Replay, "erase", Copy);

        await Vault.SaveResumeAsync(key, VaultKeys.LedgerReference(Request), "{\"key\":\"C-1042\"}", Cancellation);
        var item = await GetAsync(VaultKeys.Resume(key));
        await DynamoDb.DeleteItemAsync(Ledger, LedgerEntry.KeyOf(Store, Request), Cancellation);

        item["pk"].S.ShouldBe($"{Store}#{Replay}");
        item["expiresAt"].N.ShouldBe($"{Now.AddDays(30).ToUnixTimeSeconds()}");
        Calls.All.Where(call => call.Operation == "PutItem").ShouldAllBe(call => !call.Body.Contains("C-1042"));
        (await Vault.ReadResumeAsync(key, Cancellation)).ShouldBe("{\"key\":\"C-1042\"}", "the entry may be gone by then");
        (await Vault.ReadResumeAsync(key with { Target = $"{Copy}-2" }, Cancellation)).ShouldBeNull();
        (await Vault.ReadResumeAsync(key with { Work = "restore-1.1" }, Cancellation)).ShouldBeNull();

        await Vault.DeleteResumeAsync(key, Cancellation);
        (await Vault.ReadResumeAsync(key, Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task An_entry_that_expires_in_the_middle_of_a_replay_still_seals_its_state()
    {
        await RememberAsync(LedgerStates.Verified, expiresAt: Now.AddDays(1));
        time.Now = Now.AddDays(1);
        var key = new ResumeKey(Store, Replay, "erase", Copy);

        await Vault.SaveResumeAsync(key, VaultKeys.LedgerReference(Request), "state", Cancellation);

        (await Vault.ReadResumeAsync(key, Cancellation)).ShouldBe("state");
    }

    [Fact]
    public async Task Resume_state_of_a_request_has_no_end_of_its_own_except_in_a_copy()
    {
        await PutAsync(Store, await SealAsync(Store));
        var (registered, copy) = (Of("erase"), Of("erase") with { Target = Copy });

        await Vault.SaveResumeAsync(registered, VaultKeys.Reference(Request), "here", Cancellation);
        await Vault.SaveResumeAsync(copy, VaultKeys.Reference(Request), "there", Cancellation);

        (await GetAsync(VaultKeys.Resume(Store, Request, "erase"))).Keys.ShouldBe(["pk", "sk", "sealed"], ignoreOrder: true);
        (await GetAsync(VaultKeys.Resume(copy))).Keys.ShouldBe(["pk", "sk", "sealed", "expiresAt"], ignoreOrder: true);
        (await Vault.ReadResumeAsync(registered, Cancellation)).ShouldBe("here");
        (await Vault.ReadResumeAsync(copy, Cancellation)).ShouldBe("there");
    }

    private static ResumeKey Of(string operation, string store = Store) => new(store, Request, operation, Target: null);

    private Task SaveAsync(string operation, string state, string store = Store) =>
        Vault.SaveResumeAsync(Of(operation, store), VaultKeys.Reference(Request), state, Cancellation);

    private async Task RememberAsync(string state, DateTimeOffset? expiresAt, string sealedFor = Store, bool knowsSinceWhen = true)
    {
        var entry = new LedgerEntry
        {
            Datastore = Store,
            RequestId = Request,
            State = state,
            OpenedAt = Now.AddDays(-3),
            KeptFrom = Now.AddDays(-3),
            At = state == LedgerStates.Held ? Now.AddYears(1) : Now.AddDays(-3),
            HeldFrom = state == LedgerStates.Held && knowsSinceWhen ? Now.AddDays(-3) : null,
            Revision = 1,
            Sealed = await SealAsync(sealedFor),
            ExpiresAt = expiresAt,
            LockedUntil = Now.AddDays(9),
            Copies = new Dictionary<string, string>(),
        };
        await DynamoDb.PutItemAsync(Ledger, entry.ToItem(), Cancellation);
    }

    private Task<byte[]> SealAsync(string datastore) =>
        Sealing.SealAsync(Request, datastore, JsonSerializer.SerializeToUtf8Bytes(Identities, FunctionsJson.Default.IReadOnlyListIdentity), Cancellation);

    private Task<PutItemResponse> PutAsync(string datastore, byte[] sealedBytes) => DynamoDb.PutItemAsync(
        Table, new(VaultKeys.Identities(datastore, Request)) { [VaultKeys.Sealed] = Items.Binary(sealedBytes) }, Cancellation);

    private async Task<Dictionary<string, AttributeValue>> GetAsync(Dictionary<string, AttributeValue> key) =>
        (await DynamoDb.GetItemAsync(new GetItemRequest { TableName = Table, Key = key, ConsistentRead = true }, Cancellation)).Item;
}
