using System.Text;
using System.Text.Json;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Vault;

/// <summary>The vault and the ledger as a datastore's function sees them: entries are opened by KMS for this datastore only.</summary>
public sealed class DatastoreVault(IAmazonDynamoDB dynamo, KmsEnvelope envelope, string vault, string ledger, TimeProvider time) : IDatastoreVault
{
    /// <summary>How long the resume state of work on a restored resource is kept: what ends it may never come. A request's goes with its task.</summary>
    public static readonly TimeSpan KeptOfTargets = TimeSpan.FromDays(30);

    /// <summary>The request whose encryption context resume state is sealed under, where that is not the work itself.</summary>
    private const string SealedFor = "sealedFor";

    public async Task<Subject?> ReadAsync(string datastore, string reference, CancellationToken cancellation)
    {
        var (requestId, isInLedger) = VaultKeys.Locate(reference);
        if (!isInLedger)
        {
            var identities = await GetAsync(vault, VaultKeys.Identities(datastore, requestId), cancellation) ?? throw new VaultEntryMissing();
            return new Subject(reference, await OpenAsync(datastore, requestId, SealedOf(identities), cancellation), identities.InstantOf(VaultKeys.ErasedAt));
        }

        if (await GetAsync(ledger, LedgerEntry.KeyOf(datastore, requestId), cancellation) is not { } item) return null;
        var entry = LedgerEntry.FromItem(item);
        if (entry.IsExpired(time.GetUtcNow()) || entry.State == LedgerStates.Void) return null;
        return new Subject(reference, await OpenAsync(datastore, requestId, entry.Sealed, cancellation), entry.ErasedAt, entry.VerifiedAt);
    }

    public async Task SaveResumeAsync(ResumeKey key, string subject, string state, CancellationToken cancellation)
    {
        var (requestId, _) = VaultKeys.Locate(subject);
        var identities = await ReadSealedAsync(key.Datastore, subject, cancellation);
        var item = VaultKeys.Resume(key);
        item[VaultKeys.Sealed] = Items.Binary(await envelope.SealLikeAsync(identities, requestId, key.Datastore, Encoding.UTF8.GetBytes(state), cancellation));
        if (requestId != key.Work) item[SealedFor] = Items.Text(requestId);
        if (key.Target is not null) item["expiresAt"] = Items.Number((time.GetUtcNow() + KeptOfTargets).ToUnixTimeSeconds());
        await dynamo.PutItemAsync(new PutItemRequest { TableName = vault, Item = item }, cancellation);
    }

    public async Task<string?> ReadResumeAsync(ResumeKey key, CancellationToken cancellation)
    {
        if (await GetAsync(vault, VaultKeys.Resume(key), cancellation) is not { } item) return null;
        var state = item.BinaryOf(VaultKeys.Sealed) ?? throw new SealBroken();
        return Encoding.UTF8.GetString(await envelope.OpenAsync(item.TextOf(SealedFor) ?? key.Work, key.Datastore, state, cancellation));
    }

    public Task DeleteResumeAsync(ResumeKey key, CancellationToken cancellation) =>
        dynamo.DeleteItemAsync(new DeleteItemRequest { TableName = vault, Key = VaultKeys.Resume(key) }, cancellation);

    private async Task<IReadOnlyList<Identity>> OpenAsync(string datastore, string requestId, byte[] sealedBytes, CancellationToken cancellation)
    {
        var plaintext = await envelope.OpenAsync(requestId, datastore, sealedBytes, cancellation);
        return JsonSerializer.Deserialize(plaintext, FunctionsJson.Default.IReadOnlyListIdentity) ?? throw new SealBroken();
    }

    /// <summary>As long as it is there: an entry that expires in the middle of a replay still seals the replay's state.</summary>
    private async Task<byte[]> ReadSealedAsync(string datastore, string reference, CancellationToken cancellation)
    {
        var (requestId, isInLedger) = VaultKeys.Locate(reference);
        var item = isInLedger
            ? await GetAsync(ledger, LedgerEntry.KeyOf(datastore, requestId), cancellation)
            : await GetAsync(vault, VaultKeys.Identities(datastore, requestId), cancellation);
        return SealedOf(item ?? throw new VaultEntryMissing());
    }

    private static byte[] SealedOf(Dictionary<string, AttributeValue> item) => item.BinaryOf(VaultKeys.Sealed) ?? throw new VaultEntryMissing();

    private async Task<Dictionary<string, AttributeValue>?> GetAsync(string table, Dictionary<string, AttributeValue> key, CancellationToken cancellation)
    {
        var answer = await dynamo.GetItemAsync(new GetItemRequest { TableName = table, Key = key, ConsistentRead = true }, cancellation);
        return answer.Item is { Count: > 0 } item ? item : null;
    }
}
