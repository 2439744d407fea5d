using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Tests.Local.Support;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Backups;

/// <summary>A cloud with a table of people, with an index by town, on virtual time.</summary>
public abstract class BackupTest(DynamoDbLocalProcess process) : IAsyncLifetime
{
    protected const string People = "people";
    protected static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected Cloud Cloud { get; private set; } = null!;

    protected AmazonDynamoDBClient DynamoDb { get; private set; } = null!;

    protected VirtualTime Time => Cloud.VirtualTime;

    public virtual async ValueTask InitializeAsync()
    {
        Cloud = await Cloud.StartAsync(new CloudOptions { DynamoDb = process, VirtualStart = Clouds.Start }, Cancellation);
        DynamoDb = new AmazonDynamoDBClient(
            new BasicAWSCredentials("test", "test"),
            new AmazonDynamoDBConfig { ServiceURL = Cloud.Endpoint.ToString(), AuthenticationRegion = CloudOptions.Region, MaxErrorRetry = 0 });
        await CreateTable(People);
    }

    public virtual async ValueTask DisposeAsync()
    {
        DynamoDb.Dispose();
        await Cloud.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected Task CreateTable(string name) => DynamoDb.CreateTableAsync(
        new CreateTableRequest(name, [new KeySchemaElement("id", KeyType.HASH)])
        {
            AttributeDefinitions = [new("id", ScalarAttributeType.S), new("town", ScalarAttributeType.S)],
            BillingMode = BillingMode.PAY_PER_REQUEST,
            GlobalSecondaryIndexes =
            [
                new() { IndexName = "by-town", KeySchema = [new("town", KeyType.HASH)], Projection = new() { ProjectionType = ProjectionType.ALL } },
            ],
        },
        Cancellation);

    protected Task Put(string id, string name, string town = "Cork") =>
        DynamoDb.PutItemAsync(People, Item(id, name, town), Cancellation);

    protected static Dictionary<string, AttributeValue> Item(string id, string name, string town = "Cork") =>
        new() { ["id"] = new(id), ["name"] = new(name), ["town"] = new(town) };

    protected static Dictionary<string, AttributeValue> Key(string id) => new() { ["id"] = new(id) };

    protected Task Delete(string id) => DynamoDb.DeleteItemAsync(People, Key(id), Cancellation);

    /// <summary>The ids and names of a table's items, in the order of the ids.</summary>
    protected async Task<IReadOnlyList<(string Id, string Name)>> Content(string table)
    {
        var answer = await DynamoDb.ScanAsync(new ScanRequest { TableName = table, ConsistentRead = true }, Cancellation);
        return [.. answer.Items.Select(item => (item["id"].S, item["name"].S)).OrderBy(item => item.Item1, StringComparer.Ordinal)];
    }

    protected async Task<TableDescription> Describe(string table) => (await DynamoDb.DescribeTableAsync(table, Cancellation)).Table;

    protected async Task<string> Backup(string name = "nightly")
    {
        var details = (await DynamoDb.CreateBackupAsync(new CreateBackupRequest { TableName = People, BackupName = name }, Cancellation)).BackupDetails;
        await Time.AdvanceAsync(Minute, Cancellation);
        return details.BackupArn;
    }

    protected Task EnableRecovery() => DynamoDb.UpdateContinuousBackupsAsync(
        new UpdateContinuousBackupsRequest { TableName = People, PointInTimeRecoverySpecification = new() { PointInTimeRecoveryEnabled = true } }, Cancellation);

    protected async Task<TableDescription> RestoreTo(DateTimeOffset instant, string target)
    {
        var request = new RestoreTableToPointInTimeRequest { SourceTableName = People, TargetTableName = target, RestoreDateTime = instant.UtcDateTime };
        return (await DynamoDb.RestoreTableToPointInTimeAsync(request, Cancellation)).TableDescription;
    }

    protected Task<TableDescription> RestoreFrom(string backupArn, string target) => Restored(DynamoDb.RestoreTableFromBackupAsync(
        new RestoreTableFromBackupRequest { BackupArn = backupArn, TargetTableName = target }, Cancellation));

    /// <summary>Moves the clock until a restored table is there.</summary>
    protected Task UntilActive(string table) => Time.AdvanceUntilAsync(
        async () => (await Describe(table)).TableStatus == TableStatus.ACTIVE, TimeSpan.FromHours(1), Cancellation);

    private static async Task<TableDescription> Restored(Task<RestoreTableFromBackupResponse> answer) => (await answer).TableDescription;
}
