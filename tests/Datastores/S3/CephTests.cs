namespace ServerlessGdpr.Tests.Datastores.S3;

// What is held against the local cloud's S3 is held against an S3 that is not ours, where its buckets differ most from plain ones: with versions,
// over several pages, and with versions called null above others. The rest takes an S3_CONTRACT_ENDPOINT.

public sealed class CephVersionedBucketTests : VersionedBucketTests
{
    private protected override int PageEntries => 20;

    private protected override Task<S3Store> StoreAsync() => CephServer.StoreAsync();
}

public sealed class CephSuspendedBucketTests : SuspendedBucketTests
{
    private protected override Task<S3Store> StoreAsync() => CephServer.StoreAsync();
}

public sealed class CephDatastoreTests : S3DatastoreTests
{
    private protected override Task<S3Store> StoreAsync() => CephServer.StoreAsync();
}
