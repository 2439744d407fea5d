using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
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
    public Task RestoreAsync(string datastore, string requestId, byte[] sealedBytes, CancellationToken cancellation)
    {
        var item = VaultKeys.Identities(datastore, requestId);
        item[VaultKeys.Sealed] = Items.Binary(sealedBytes);
        return dynamo.PutItemAsync(new PutItemRequest { TableName = table, Item = item }, cancellation);
    }

    /// <summary>A final task leaves nothing in the vault: neither identities nor resume state.</summary>
    public Task RemoveTaskAsync(string datastore, string requestId, CancellationToken cancellation) => Task.WhenAll(
        DeleteAsync(VaultKeys.Identities(datastore, requestId), cancellation),
        DeleteAsync(VaultKeys.Resume(datastore, requestId, "erase"), cancellation),
        DeleteAsync(VaultKeys.Resume(datastore, requestId, "verify"), cancellation));

    public Task RemoveCallbacksAsync(string requestId, CancellationToken cancellation) => DeleteAsync(VaultKeys.Callbacks(requestId), cancellation);

    private async Task DeleteAsync(Dictionary<string, AttributeValue> key, CancellationToken cancellation) =>
        await dynamo.DeleteItemAsync(new DeleteItemRequest { TableName = table, Key = key }, cancellation);
}
