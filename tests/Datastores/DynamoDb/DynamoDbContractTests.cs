using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Tests.Datastores.DynamoDb;

public sealed class PartitionDeletedTests : DatastoreContract
{
    private protected override async Task<ITestDatastore> CreateAsync(Faults faults) => await TestTable.CreateAsync(Layout.Partition, faults);
}

public sealed class PartitionAnonymisedTests : DatastoreContract
{
    private protected override async Task<ITestDatastore> CreateAsync(Faults faults) => await TestTable.CreateAsync(Layout.Partition, faults, ErasureAction.Anonymise);
}

public sealed class SortKeyDeletedTests : DatastoreContract
{
    private protected override async Task<ITestDatastore> CreateAsync(Faults faults) => await TestTable.CreateAsync(Layout.SortKey, faults);
}

public sealed class IndexDeletedTests : DatastoreContract
{
    private protected override async Task<ITestDatastore> CreateAsync(Faults faults) => await TestTable.CreateAsync(Layout.Index, faults);
}

public sealed class IndexAnonymisedTests : DatastoreContract
{
    private protected override async Task<ITestDatastore> CreateAsync(Faults faults) => await TestTable.CreateAsync(Layout.Index, faults, ErasureAction.Anonymise);
}

public sealed class LocalIndexDeletedTests : DatastoreContract
{
    private protected override async Task<ITestDatastore> CreateAsync(Faults faults) => await TestTable.CreateAsync(Layout.LocalIndex, faults);
}
