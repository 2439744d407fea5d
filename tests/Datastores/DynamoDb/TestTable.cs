using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Datastores.DynamoDb;
using Item = System.Collections.Generic.Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>;

namespace ServerlessGdpr.Tests.Datastores.DynamoDb;



/// <summary>How the people's records lie in a table.</summary>
internal enum Layout
{
    /// <summary>The partition key is the person.</summary>
    Partition,

    /// <summary>One partition holds everybody; the sort key begins with the person.</summary>
    SortKey,

    /// <summary>A global index that holds only keys is by person.</summary>
    Index,

    /// <summary>As <see cref="Index"/>, by a local index within one partition.</summary>
    LocalIndex,
}

internal sealed class TestTable : ITestDatastore
{
    private readonly AmazonDynamoDBClient client;
    private readonly AmazonDynamoDBClient faulty;
    private readonly Layout layout;
    private readonly string name = $"t{Guid.NewGuid():n}";
    private int seeded;

    private TestTable(string endpoint, Layout layout, Faults faults, DatastoreEntry entry)
    {
        client = DynamoDbServer.Client(endpoint);
        faulty = DynamoDbServer.Client(endpoint, faults);
        this.layout = layout;
        Entry = entry with { Location = $"arn:aws:dynamodb:eu-west-1:000000000000:table/{name}" };
    }

    public DatastoreEntry Entry { get; }

    public string Name => name;

    public AmazonDynamoDBClient Client => client;

    public ImpatientTime Time { get; } = new(ImpatientTime.Start);

    public static async Task<TestTable> CreateAsync(Layout layout, Faults faults, string action = ErasureAction.Delete, Func<DatastoreEntry, DatastoreEntry>? change = null)
    {
        var entry = new DatastoreEntry
        {
            Name = "shop",
            Kind = "dynamodb",
            Location = "",
            BackupRetentionDays = 35,
            Processing = SampleProcessing.Processing,
            Keys = [Mapping(layout)],
            RecordTime = ITestDatastore.RecordTime,
            Action = new ErasureAction
            {
                Kind = action,
                Fields = action == ErasureAction.Delete ? [] : new Dictionary<string, string?> { ["name"] = "anonymous", ["note"] = null },
            },
        };
        var table = new TestTable(await DynamoDbServer.EndpointAsync(), layout, faults, change is null ? entry : change(entry));
        await table.CreateTableAsync();
        return table;
    }

    public IDatastore Open(Target? target = null) => new DynamoDbDatastore(faulty, Entry, (target?.Arn ?? Entry.Location).Split('/')[^1], Time, target);

    public async Task SeedAsync(string person, int records, string? created = null)
    {
        foreach (var batch in Enumerable.Range(0, records).Select(_ => NewItem(person, created)).Chunk(25))
        {
            await client.BatchWriteItemAsync(new Dictionary<string, List<WriteRequest>> { [name] = [.. batch.Select(item => new WriteRequest(new PutRequest(item)))] });
        }
    }

    public Item NewItem(string person, string? created = null)
    {
        var number = Interlocked.Increment(ref seeded);
        var item = new Item
        {
            ["owner"] = new() { S = person },
            ["name"] = new() { S = $"{ITestDatastore.Personal} {number}" },
            ["note"] = new() { M = new Item { ["text"] = new() { S = $"{ITestDatastore.Personal} {number}" } } },
            ["total"] = new() { N = $"{number}" },
        };
        if (created is not null) item[ITestDatastore.RecordTime] = new AttributeValue { S = created };
        (item["pk"], item["sk"]) = layout switch
        {
            Layout.Partition => (new AttributeValue { S = person }, new AttributeValue { S = $"record-{number}" }),
            Layout.SortKey => (new AttributeValue { S = "everybody" }, new AttributeValue { S = $"{person}#{number}" }),
            Layout.LocalIndex => (new AttributeValue { S = "everybody" }, new AttributeValue { S = $"record-{number}" }),
            _ => (new AttributeValue { S = $"record-{number}" }, new AttributeValue { S = "x" }),
        };
        if (layout is Layout.Index or Layout.LocalIndex) item["customer"] = new AttributeValue { S = person };
        return item;
    }

    public async Task<IReadOnlyList<StoredRecord>> ReadAllAsync()
    {
        var records = new List<StoredRecord>();
        ScanResponse? page = null;
        do
        {
            page = await client.ScanAsync(new ScanRequest { TableName = name, ConsistentRead = true, ExclusiveStartKey = page?.LastEvaluatedKey });
            records.AddRange(page.Items.Select(item => new StoredRecord(item["owner"].S, $"{item["pk"].S}|{item["sk"].S}", Text(item))));
        }
        while (page.LastEvaluatedKey is { Count: > 0 });

        return records;
    }

    public bool IsExported(StoredRecord record) => true;

    public StoredRecord Stored(ExportedRecordAndFile exported)
    {
        var data = exported.Data;
        return new StoredRecord(data["owner"]!.GetValue<string>(), $"{data["pk"]}|{data["sk"]}", Text(data));
    }

    public Task DeleteAsync(string recordName) => client.DeleteItemAsync(
        name, new Item { ["pk"] = new() { S = recordName.Split('|')[0] }, ["sk"] = new() { S = recordName.Split('|')[1] } });

    public async ValueTask DisposeAsync()
    {
        await client.DeleteTableAsync(name);
        client.Dispose();
        faulty.Dispose();
    }

    private static string Text(Item item) => string.Join(';', item.OrderBy(part => part.Key, StringComparer.Ordinal)
        .Select(part => $"{part.Key}={part.Value.S ?? part.Value.N ?? (part.Value.M is { } map ? $"{{{Text(map)}}}" : "?")}"));

    private static string Text(JsonObject data) => string.Join(';', data.OrderBy(part => part.Key, StringComparer.Ordinal)
        .Select(part => $"{part.Key}={(part.Value is JsonObject map ? $"{{{Text(map)}}}" : part.Value!.ToString())}"));

    private static AttributeDefinition Text(string attribute) => new(attribute, ScalarAttributeType.S);

    private static KeyMapping Mapping(Layout layout) => layout switch
    {
        Layout.Partition => new KeyMapping { IdentityType = "customer_id", PartitionKey = new KeyAttribute { Name = "pk" } },
        Layout.SortKey => new KeyMapping
        {
            IdentityType = "customer_id",
            PartitionKey = new KeyAttribute { Name = "pk", EqualTo = "everybody" },
            SortKey = new KeyAttribute { Name = "sk", BeginsWith = "{customer_id}#" },
        },
        Layout.LocalIndex => new KeyMapping
        {
            IdentityType = "customer_id",
            Index = "by-person",
            PartitionKey = new KeyAttribute { Name = "pk", EqualTo = "everybody" },
            SortKey = new KeyAttribute { Name = "customer", EqualTo = "{customer_id}" },
        },
        _ => new KeyMapping { IdentityType = "customer_id", Index = "by-person", PartitionKey = new KeyAttribute { Name = "customer" } },
    };

    private async Task CreateTableAsync()
    {
        var byPerson = layout is Layout.Index or Layout.LocalIndex;
        await client.CreateTableAsync(new CreateTableRequest
        {
            TableName = name,
            BillingMode = BillingMode.PAY_PER_REQUEST,
            AttributeDefinitions = byPerson ? [Text("pk"), Text("sk"), Text("customer")] : [Text("pk"), Text("sk")],
            KeySchema = [new("pk", KeyType.HASH), new("sk", KeyType.RANGE)],
            GlobalSecondaryIndexes = layout != Layout.Index ? null :
            [
                new() { IndexName = "by-person", KeySchema = [new("customer", KeyType.HASH)], Projection = new Projection { ProjectionType = ProjectionType.KEYS_ONLY } },
            ],
            LocalSecondaryIndexes = layout != Layout.LocalIndex ? null :
            [
                new() { IndexName = "by-person", KeySchema = [new("pk", KeyType.HASH), new("customer", KeyType.RANGE)], Projection = new Projection { ProjectionType = ProjectionType.KEYS_ONLY } },
            ],
        });
    }
}
