using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using ServerlessGdpr.Local.DynamoDb;

namespace ServerlessGdpr.Tests.Support;

/// <summary>The requests table and the vault as they are deployed, on the DynamoDB Local that all tests share. Each instance sees only its own.</summary>
public sealed class DynamoDbFixture : IAsyncDisposable
{
    public const string Requests = "requests";
    public const string Vault = "vault";

    private readonly DynamoDbLocalProcess process;
    private readonly string accessKey;

    private DynamoDbFixture(DynamoDbLocalProcess process, string accessKey, Uri endpoint)
    {
        (this.process, this.accessKey) = (process, accessKey);
        Client = new AmazonDynamoDBClient(
            new BasicAWSCredentials(accessKey, "secret"), new AmazonDynamoDBConfig { ServiceURL = endpoint.ToString(), AuthenticationRegion = "eu-west-1" });
    }

    public IAmazonDynamoDB Client { get; }

    public static async Task<DynamoDbFixture> CreateAsync(DynamoDbLocalProcess process, CancellationToken cancellation)
    {
        var fixture = new DynamoDbFixture(process, process.TakeKey(), await process.EndpointAsync(cancellation));
        await fixture.CreateTableAsync(Requests, withIndex: true, cancellation);
        await fixture.CreateTableAsync(Vault, withIndex: false, cancellation);
        return fixture;
    }

    public async Task<Dictionary<string, AttributeValue>?> GetAsync(string table, string pk, string sk, CancellationToken cancellation)
    {
        var answer = await Client.GetItemAsync(
            new GetItemRequest { TableName = table, Key = new() { ["pk"] = new(pk), ["sk"] = new(sk) }, ConsistentRead = true }, cancellation);
        return answer.Item is { Count: > 0 } item ? item : null;
    }

    public async Task<IReadOnlyList<Dictionary<string, AttributeValue>>> ScanAsync(string table, CancellationToken cancellation) =>
        (await Client.ScanAsync(new ScanRequest { TableName = table, ConsistentRead = true }, cancellation)).Items ?? [];

    public async ValueTask DisposeAsync()
    {
        foreach (var table in (await Client.ListTablesAsync()).TableNames) await Client.DeleteTableAsync(table);
        Client.Dispose();
        process.ReturnKey(accessKey);
    }

    private Task<CreateTableResponse> CreateTableAsync(string name, bool withIndex, CancellationToken cancellation) => Client.CreateTableAsync(
        new CreateTableRequest
        {
            TableName = name,
            BillingMode = BillingMode.PAY_PER_REQUEST,
            KeySchema = [new("pk", KeyType.HASH), new("sk", KeyType.RANGE)],
            AttributeDefinitions = [new("pk", "S"), new("sk", "S"), .. withIndex ? [new("openShard", "S"), new("dueAt", "S")] : Array.Empty<AttributeDefinition>()],
            GlobalSecondaryIndexes = withIndex
                ?
                [
                    new()
                    {
                        IndexName = "open-by-due",
                        KeySchema = [new("openShard", KeyType.HASH), new("dueAt", KeyType.RANGE)],
                        Projection = new() { ProjectionType = ProjectionType.ALL },
                    },
                ]
                : null,
        },
        cancellation);
}
