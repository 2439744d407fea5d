namespace ServerlessGdpr.Tests.Datastores.S3;

/// <summary>The contract of a datastore, kept in a bucket.</summary>
public abstract class BucketContract : DatastoreContract
{
    private protected abstract Versioning Versioning { get; }

    private protected virtual int PageEntries => 1000;

    private protected virtual Task<S3Store> StoreAsync() => S3Server.StoreAsync();

    private protected override async Task<ITestDatastore> CreateAsync(Faults faults) => await TestBucket.CreateAsync(await StoreAsync(), Versioning, faults, pageEntries: PageEntries);
}

public sealed class UnversionedBucketTests : BucketContract
{
    private protected override Versioning Versioning => Versioning.Never;
}

public class VersionedBucketTests : BucketContract
{
    private protected override Versioning Versioning => Versioning.Enabled;
}

public class SuspendedBucketTests : BucketContract
{
    private protected override Versioning Versioning => Versioning.Suspended;
}

public sealed class SmallPagesTests : BucketContract
{
    private protected override Versioning Versioning => Versioning.Enabled;

    private protected override int PageEntries => 7;
}
