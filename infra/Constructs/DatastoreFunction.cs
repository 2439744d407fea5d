using Constructs;
using ServerlessGdpr.Functions;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Infra.Constructs.Grants;
using ServerlessGdpr.Infra.Stacks;

namespace ServerlessGdpr.Infra.Constructs;

/// <summary>
/// The function and role of one registered datastore: it reaches that datastore, copies with the name that its data map entry says, its own part of
/// the vault, the ledger and the export bucket, and can open only what was sealed for it.
/// </summary>
internal sealed class DatastoreFunction : Construct
{
    /// <summary>A search is bound by the processor, of which Lambda gives one whole for 1,769 MB: memory itself is not what it needs.</summary>
    private const int SearchMegabytes = 1769;

    public DatastoreFunction(Construct scope, WorkflowSettings settings, DatastoreEntry entry) : base(scope, entry.Name)
    {
        var stores = settings.Stores;
        Function = new LambdaFunction(this, "Erasure", settings, new FunctionSettings(
            HandlerNames.Datastore, $"Erases from, verifies and exports the datastore {entry.Name}", TimeoutSeconds: 900, MemoryMegabytes: entry.Kind == "s3-logs" ? SearchMegabytes : 512)
        {
            Variables = new Dictionary<string, string> { ["DATASTORE"] = entry.Name, ["VAULT_TABLE"] = stores.Vault.Name, ["LEDGER_TABLE"] = stores.Ledger.Name, ["EXPORT_BUCKET"] = stores.Exports.BucketName },
            MaxConcurrency = entry.MaxConcurrency,
        });

        Function
            .MayUseOnly(stores.Vault, $"{entry.Name}#", "DeleteItem", "GetItem", "PutItem")
            .MayUseOnly(stores.Ledger, $"{entry.Name}#", "GetItem")
            .MayReadAndWriteEncrypted(stores.StorageKey, "dynamodb")
            .MayWriteExports(stores.Exports, stores.ExportKey, $"parts/{entry.Name}/")
            .Allow(["kms:Decrypt"], [stores.IdentityKey.KeyArn], Conditions.Of("StringEquals", "kms:EncryptionContext:datastore", entry.Name));
        DatastoreGrants.For(entry.Kind).Allow(Function, entry);
    }

    public LambdaFunction Function { get; }
}
