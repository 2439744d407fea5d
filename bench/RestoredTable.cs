using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Vault;
using Item = System.Collections.Generic.Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>;

namespace ServerlessGdpr.Bench;

/// <summary>A restored table: some people, each with as many records of about 300 bytes, made before the erasure.</summary>
internal sealed class RestoredTable(IAmazonDynamoDB client, int people, int recordsEach)
{
    /// <summary>As a replay batches them.</summary>
    private const int BatchPeople = 25;

    /// <summary>AWS: what BatchWriteItem takes.</summary>
    public const int WriteBatch = 25;

    public const string PartitionKey = "customer", SortKey = "record";
    private const string RecordTime = "created_at", CreatedAt = "2026-01-15T08:00:00Z";
    private static readonly DateTimeOffset ErasedAt = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);

    public string Name { get; } = $"shop-restored-{Guid.NewGuid():N}";

    public IAmazonDynamoDB Client => client;

    public string Arn => $"arn:aws:dynamodb:eu-west-1:111122223333:table/{Name}";

    public IEnumerable<string> Customers => Enumerable.Range(0, people).Select(person => $"C-{person:0000000}");

    public IEnumerable<IReadOnlyList<Subject>> Batches => Customers
        .Select(customer => new Subject($"ledger/{customer}", [new Identity("customer_id", customer, "raw")], ErasedAt)).Chunk(BatchPeople);

    public IEnumerable<Item> Keys =>
        from customer in Customers
        from record in Enumerable.Range(0, recordsEach)
        select new Item { [PartitionKey] = new() { S = customer }, [SortKey] = new() { S = $"order#{record:0000}" } };

    public DatastoreEntry Entry(bool withRecordTime) => new()
    {
        Name = "shop",
        Kind = "dynamodb",
        Location = Arn,
        Keys = [new() { IdentityType = "customer_id", PartitionKey = new() { Name = PartitionKey } }],
        Action = new() { Kind = ErasureAction.Delete },
        BackupRetentionDays = 35,
        Processing = SampleProcessing.Processing,
        RecordTime = withRecordTime ? RecordTime : null,
    };

    public async Task CreateAsync(CancellationToken cancellation)
    {
        await client.CreateTableAsync(
            new CreateTableRequest
            {
                TableName = Name,
                BillingMode = BillingMode.PAY_PER_REQUEST,
                KeySchema = [new(PartitionKey, KeyType.HASH), new(SortKey, KeyType.RANGE)],
                AttributeDefinitions = [new(PartitionKey, ScalarAttributeType.S), new(SortKey, ScalarAttributeType.S)],
            },
            cancellation);
        await Writes.InBatchesAsync(client, Name, Keys.Select(key => new WriteRequest(new PutRequest(WithContent(key)))), atOnce: 8, cancellation);
    }

    /// <exception cref="InvalidOperationException">Something is left: what was measured is not an erasure.</exception>
    public async Task DropAsync(CancellationToken cancellation)
    {
        var left = await client.ScanAsync(new ScanRequest { TableName = Name, Select = Select.COUNT, ConsistentRead = true }, cancellation);
        if (left.Count > 0) throw new InvalidOperationException($"{left.Count} records are left.");
        await client.DeleteTableAsync(Name, cancellation);
    }

    private static Item WithContent(Item key) => new(key)
    {
        [RecordTime] = new() { S = CreatedAt },
        ["content"] = new() { S = new string('x', 230) },
    };
}
