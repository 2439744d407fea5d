using System.Security.Cryptography;
using System.Text;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Vault;

/// <summary>Where things lie in the vault. The partition key leads with the datastore, so that a role can be held to its own entries.</summary>
public static class VaultKeys
{
    public const string Sealed = "sealed";

    /// <summary>As in <see cref="Datastores.Subject.ErasedAt"/>.</summary>
    public const string ErasedAt = "erasedAt";

    private const string InVault = "vault/", InLedger = "ledger/";

    public static Dictionary<string, AttributeValue> Identities(string datastore, string requestId) => Items.Key($"{datastore}#{requestId}", "identities");

    public static Dictionary<string, AttributeValue> Resume(string datastore, string requestId, string operation) =>
        Items.Key($"{datastore}#{requestId}", $"resume#{operation}");

    public static Dictionary<string, AttributeValue> Resume(ResumeKey key) => key.Target is { } target
        ? Resume(key.Datastore, key.Work, $"{key.Operation}#{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(target)))[..16]}")
        : Resume(key.Datastore, key.Work, key.Operation);

    public static Dictionary<string, AttributeValue> Callbacks(string requestId) => Items.Key($"@request#{requestId}", "callbacks");

    /// <summary>How a workflow names a subject: <c>vault/{requestId}</c>.</summary>
    public static string Reference(string requestId) => InVault + requestId;

    /// <summary>How a replay names a subject: <c>ledger/{requestId}</c>.</summary>
    public static string LedgerReference(string requestId) => InLedger + requestId;

    /// <exception cref="VaultEntryMissing">The reference leads neither into the vault nor into the ledger.</exception>
    public static (string RequestId, bool IsInLedger) Locate(string reference)
    {
        var isInLedger = reference.StartsWith(InLedger, StringComparison.Ordinal);
        if (!isInLedger && !reference.StartsWith(InVault, StringComparison.Ordinal)) throw new VaultEntryMissing();
        var requestId = reference[(isInLedger ? InLedger : InVault).Length..];
        return requestId.Length > 0 ? (requestId, isInLedger) : throw new VaultEntryMissing();
    }
}
