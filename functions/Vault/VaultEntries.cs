using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Vault;

/// <summary>The vault as the workflow's own functions see it: sealed bytes to copy and entries to remove, nothing to read.</summary>
public sealed class VaultEntries(IAmazonDynamoDB dynamo, string table)
{
    /// <summary>What intake sealed for a task; null when the task's entry is gone.</summary>
    public async Task<byte[]?> ReadSealedAsync(string datastore, string requestId, CancellationToken cancellation)
    {
        var answer = await dynamo.GetItemAsync(
            new GetItemRequest { TableName = table, Key = VaultKeys.Identities(datastore, requestId), ConsistentRead = true }, cancellation);
        return answer.Item is { Count: > 0 } item ? item.BinaryOf(VaultKeys.Sealed) : null;
    }

    /// <summary>Puts back what the ledger kept, for a later attempt.</summary>
    /// <param name="erasedAt">As in <see cref="Subject.ErasedAt"/>.</param>
    public Task RestoreAsync(string datastore, string requestId, byte[] sealedBytes, DateTimeOffset? erasedAt, CancellationToken cancellation)
    {
        var item = VaultKeys.Identities(datastore, requestId);
        item[VaultKeys.Sealed] = Items.Binary(sealedBytes);
        if (erasedAt is { } at) item[VaultKeys.ErasedAt] = Items.Instant(at);
        return dynamo.PutItemAsync(new PutItemRequest { TableName = table, Item = item }, cancellation);
    }

    /// <summary>Final tasks leave nothing in the vault: neither identities nor resume state.</summary>
    /// <param name="copies">The ARNs of the restored copies that the datastore has tasks on.</param>
    public Task RemoveTaskAsync(string datastore, string requestId, CancellationToken cancellation, IEnumerable<string>? copies = null)
    {
        string?[] targets = [null, .. copies ?? []];
        return Task.WhenAll(
        [
            DeleteAsync(VaultKeys.Identities(datastore, requestId), cancellation),
            DeleteAsync(VaultKeys.Resume(datastore, requestId, Operations.Export), cancellation),
            .. targets.Select(target => DeleteAsync(VaultKeys.Resume(new(datastore, requestId, Operations.Erase, target)), cancellation)),
            .. targets.Select(target => DeleteAsync(VaultKeys.Resume(new(datastore, requestId, Operations.Verify, target)), cancellation)),
        ]);
    }

    public Task RemoveCallbacksAsync(string requestId, CancellationToken cancellation) => DeleteAsync(VaultKeys.Callbacks(requestId), cancellation);

    private async Task DeleteAsync(Dictionary<string, AttributeValue> key, CancellationToken cancellation) =>
        await dynamo.DeleteItemAsync(new DeleteItemRequest { TableName = table, Key = key }, cancellation);
}
