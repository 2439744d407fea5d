using Amazon.CDK;
using Amazon.CDK.AWS.KMS;
using Amazon.CDK.AWS.S3;
using Constructs;
using ServerlessGdpr.Infra.Constructs;
using ServerlessGdpr.Infra.Environments;
using LedgerIndex = ServerlessGdpr.Functions.Ledger.LedgerIndex;

namespace ServerlessGdpr.Infra.Stacks;

/// <summary>What must outlive every deployment: keys, tables, evidence. Its logical ids are pinned; changing one would replace the resource.</summary>
public sealed class StatefulStack : Stack
{
    public StatefulStack(Construct scope, StackProps props, DeploymentEnvironment environment) : base(scope, "ServerlessGdpr-Stateful", props)
    {
        StorageKey = new StorageKey(this).Key;
        IdentityKey = new Key(this, "Identity", new KeyProps
        {
            Description = "Envelope encryption of identities in the vault and the ledger, bound to request and datastore",
            EnableKeyRotation = true,
            RemovalPolicy = RemovalPolicy.RETAIN,
        }).Pin("IdentityKey");
        MacKey = new Key(this, "Mac", new KeyProps
        {
            Description = "MAC of requests, by which a duplicate is told from a conflict",
            KeySpec = KeySpec.HMAC_256,
            KeyUsage = KeyUsage.GENERATE_VERIFY_MAC,
            RemovalPolicy = RemovalPolicy.RETAIN,
        }).Pin("MacKey");

        Requests = new StoreTable(this, "Requests", new StoreTableProps(StorageKey, PointInTimeRecovery: true)
        {
            Indexes = [new StoreIndex("open-by-due", "openShard", "dueAt")],
        });
        // A vault that could be restored would bring back the identities of people who were erased.
        Vault = new StoreTable(this, "Vault", new StoreTableProps(StorageKey, PointInTimeRecovery: false));
        Ledger = new StoreTable(this, "Ledger", new StoreTableProps(StorageKey, PointInTimeRecovery: true)
        {
            Indexes = [new StoreIndex(LedgerIndex.Name, "datastoreState", "at", [.. LedgerIndex.Attributes])],
        });
        Evidence = new EvidenceBucket(this, StorageKey).Bucket;
        var exports = new ExportBucket(this, environment.BundleDays);
        Exports = exports.Bucket;
        ExportKey = exports.Key;
    }

    public IKey StorageKey { get; }

    public IKey IdentityKey { get; }

    public IKey MacKey { get; }

    public StoreTable Requests { get; }

    public StoreTable Vault { get; }

    public StoreTable Ledger { get; }

    public IBucket Evidence { get; }

    public IBucket Exports { get; }

    public IKey ExportKey { get; }
}
