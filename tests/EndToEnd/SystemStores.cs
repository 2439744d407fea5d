using Amazon.S3.Model;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Local.CloudFormation;
using ServerlessGdpr.Local.Commands;
using ServerlessGdpr.Local.Demo;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>The system's own stores, read past its functions.</summary>
internal sealed class SystemStores(DeployedSystem system, CloudClients clients)
{
    private static readonly string[] Datastores = ["customers", "orders", "uploads"];

    private static readonly string[] Housekeeping = ["retention#", "ledger/", "reconciler/"];

    private readonly StoreReader reader = new(clients);

    public string Requests => Name("AWS::DynamoDB::Table", "Requests");

    public string Vault => Name("AWS::DynamoDB::Table", "Vault");

    public string Ledger => Name("AWS::DynamoDB::Table", "Ledger");

    public string Evidence => Name("AWS::S3::Bucket", "Evidence");

    public string Exports => Name("AWS::S3::Bucket", "Export");

    public string Pages => Name("AWS::S3::Bucket", "ReplayPages");

    public Task<IReadOnlyList<StoredRecord>> RequestRowsAsync(CancellationToken cancellation) => reader.ReadTableAsync(Requests, cancellation);

    /// <summary>Without what the hourly functions note for themselves.</summary>
    public async Task<IReadOnlyList<StoredRecord>> RowsAboutRequestsAsync(CancellationToken cancellation) =>
        [.. (await RequestRowsAsync(cancellation)).Where(row => !Array.Exists(Housekeeping, prefix => row.Key.StartsWith(prefix, StringComparison.Ordinal)))];

    public Task<IReadOnlyList<StoredRecord>> VaultItemsAsync(CancellationToken cancellation) => reader.ReadTableAsync(Vault, cancellation);

    public Task<IReadOnlyList<StoredRecord>> LedgerItemsAsync(CancellationToken cancellation) => reader.ReadTableAsync(Ledger, cancellation);

    public Task<IReadOnlyList<StoredRecord>> EvidenceAsync(CancellationToken cancellation) => reader.ReadBucketAsync(Evidence, cancellation);

    /// <summary>Every version in a bucket, and its content.</summary>
    public Task<IReadOnlyList<StoredRecord>> VersionsAsync(string bucket, CancellationToken cancellation) => reader.ReadBucketAsync(bucket, cancellation);

    /// <summary>Everything that an erasure may change: the system's stores and the shop's.</summary>
    public async Task<IReadOnlyList<StoredRecord>> EverythingAsync(CancellationToken cancellation) =>
    [
        .. await RowsAboutRequestsAsync(cancellation),
        .. await VaultItemsAsync(cancellation),
        .. await LedgerItemsAsync(cancellation),
        .. await EvidenceAsync(cancellation),
        .. await reader.ReadTableAsync(Shop.Customers, cancellation),
        .. await reader.ReadTableAsync(Shop.Orders, cancellation),
        .. await reader.ReadBucketAsync(Shop.Uploads, cancellation),
    ];

    /// <summary>An entry as the system sees it: an expired one is none.</summary>
    public Task<LedgerEntry?> EntryAsync(string datastore, string requestId, CancellationToken cancellation) =>
        new ErasureLedger(clients.DynamoDb, new EvidenceBucket(clients.S3, Evidence), Ledger, system.Cloud.Time).GetAsync(datastore, requestId, cancellation);

    /// <summary>The states of a request's entries that have not expired.</summary>
    public async Task<IReadOnlyDictionary<string, string>> StatesAsync(string requestId, CancellationToken cancellation)
    {
        var states = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var datastore in Datastores)
            if (await EntryAsync(datastore, requestId, cancellation) is { } entry) states[datastore] = entry.State;
        return states;
    }

    /// <summary>Until when each version under a prefix of the evidence bucket is locked.</summary>
    public async Task<IReadOnlyList<(S3ObjectVersion Version, DateTimeOffset Until)>> LocksAsync(string prefix, CancellationToken cancellation)
    {
        var locks = new List<(S3ObjectVersion, DateTimeOffset)>();
        foreach (var version in (await clients.S3.ListVersionsAsync(new ListVersionsRequest { BucketName = Evidence, Prefix = prefix }, cancellation)).Versions ?? [])
        {
            var retention = await clients.S3.GetObjectRetentionAsync(
                new GetObjectRetentionRequest { BucketName = Evidence, Key = version.Key, VersionId = version.VersionId }, cancellation);
            locks.Add((version, new DateTimeOffset(retention.Retention.RetainUntilDate!.Value.ToUniversalTime(), TimeSpan.Zero)));
        }

        return locks;
    }

    private string Name(string type, string logicalPrefix) => system.Cloud.Get<Deployments>().Only(type, logicalPrefix).Ref;
}
