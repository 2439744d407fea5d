namespace ServerlessGdpr.Tests.Datastores.S3;

public sealed class UnversionedBucketTests : DatastoreContract
{
    private protected override async Task<ITestDatastore> CreateAsync(Faults faults) => await TestBucket.CreateAsync(Versioning.Never, faults);
}

public sealed class VersionedBucketTests : DatastoreContract
{
    private protected override async Task<ITestDatastore> CreateAsync(Faults faults) => await TestBucket.CreateAsync(Versioning.Enabled, faults);
}

public sealed class SuspendedBucketTests : DatastoreContract
{
    private protected override async Task<ITestDatastore> CreateAsync(Faults faults) => await TestBucket.CreateAsync(Versioning.Suspended, faults);
}

public sealed class SmallPagesTests : DatastoreContract
{
    private protected override async Task<ITestDatastore> CreateAsync(Faults faults) => await TestBucket.CreateAsync(Versioning.Enabled, faults, pageEntries: 7);
}
