using System.Text;
using System.Text.Json;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Vault;

/// <summary>The vault as a datastore's function sees it: entries are opened by KMS for this datastore only.</summary>
public sealed class DatastoreVault(IAmazonDynamoDB dynamo, KmsEnvelope envelope, string table) : IDatastoreVault
{
    public async Task<IReadOnlyList<Identity>> ReadAsync(string datastore, string reference, CancellationToken cancellation)
    {
        var requestId = VaultKeys.RequestIdOf(reference);
        var plaintext = await envelope.OpenAsync(requestId, datastore, await ReadIdentitiesAsync(datastore, requestId, cancellation), cancellation);
        return JsonSerializer.Deserialize(plaintext, FunctionsJson.Default.IReadOnlyListIdentity) ?? throw new SealBroken();
    }

    public async Task<string> SaveResumeAsync(string datastore, string requestId, string operation, string state, CancellationToken cancellation)
    {
        var identities = await ReadIdentitiesAsync(datastore, requestId, cancellation);
        var item = VaultKeys.Resume(datastore, requestId, operation);
        item[VaultKeys.Sealed] = Items.Binary(await envelope.SealLikeAsync(identities, requestId, datastore, Encoding.UTF8.GetBytes(state), cancellation));
        await dynamo.PutItemAsync(new PutItemRequest { TableName = table, Item = item }, cancellation);
        return operation;
    }

    public async Task<string?> ReadResumeAsync(string datastore, string requestId, string continuation, CancellationToken cancellation)
    {
        var state = await ReadSealedAsync(VaultKeys.Resume(datastore, requestId, continuation), cancellation);
        return state is null ? null : Encoding.UTF8.GetString(await envelope.OpenAsync(requestId, datastore, state, cancellation));
    }

    public Task DeleteResumeAsync(string datastore, string requestId, string operation, CancellationToken cancellation) =>
        dynamo.DeleteItemAsync(new DeleteItemRequest { TableName = table, Key = VaultKeys.Resume(datastore, requestId, operation) }, cancellation);

    private async Task<byte[]> ReadIdentitiesAsync(string datastore, string requestId, CancellationToken cancellation) =>
        await ReadSealedAsync(VaultKeys.Identities(datastore, requestId), cancellation) ?? throw new VaultEntryMissing();

    private async Task<byte[]?> ReadSealedAsync(Dictionary<string, AttributeValue> key, CancellationToken cancellation)
    {
        var answer = await dynamo.GetItemAsync(new GetItemRequest { TableName = table, Key = key, ConsistentRead = true }, cancellation);
        return answer.Item is { Count: > 0 } item ? item.BinaryOf(VaultKeys.Sealed) : null;
    }
}
