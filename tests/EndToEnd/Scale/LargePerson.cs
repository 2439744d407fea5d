using System.Globalization;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.S3.Bodies;
using ServerlessGdpr.Local.S3.Buckets;
using ServerlessGdpr.Local.S3.Objects;

namespace ServerlessGdpr.Tests.EndToEnd.Scale;

/// <summary>Fills a table and a bucket with so much of one person that the way through the services' front doors would take longest of all.</summary>
internal sealed class LargePerson(DeployedSystem live, Person person)
{
    public const string Table = "shop-activities";

    private const int BatchItems = 25, AtOnce = 8;

    /// <summary>Every other version is of one key; the others have a key for ten of them.</summary>
    private const int VersionsOfKey = 10;

    public static JsonObject Entry() => ScaleMap.Entry("customers", entry =>
    {
        entry["name"] = "activities";
        entry["location"] = $"arn:aws:dynamodb:eu-west-1:000000000000:table/{Table}";
        entry.Remove("after");
        entry.Remove("backups");
    });

    public static Task CreateTableAsync(IAmazonDynamoDB dynamo, CancellationToken cancellation) => dynamo.CreateTableAsync(
        new CreateTableRequest
        {
            TableName = Table,
            BillingMode = BillingMode.PAY_PER_REQUEST,
            KeySchema = [new("customer_id", KeyType.HASH), new("number", KeyType.RANGE)],
            AttributeDefinitions = [new("customer_id", "S"), new("number", "N")],
        },
        cancellation);

    public Task PutItemsAsync(int count, CancellationToken cancellation) => Parallel.ForEachAsync(
        Enumerable.Range(0, count).Chunk(BatchItems),
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
        async (numbers, token) =>
        {
            var writes = numbers.Select(number => new JsonObject { ["PutRequest"] = new JsonObject { ["Item"] = Item(number) } });
            var answer = await live.Cloud.Get<DynamoDbLocalClient>().CallAsync("BatchWriteItem", new JsonObject { ["RequestItems"] = new JsonObject { [Table] = new JsonArray([.. writes]) } }, token);
            if (answer["UnprocessedItems"] is JsonObject { Count: > 0 }) throw new InvalidOperationException("DynamoDB Local left items out.");
        });

    public void PutVersions(int count)
    {
        var (bucket, files) = (live.Cloud.Get<BucketStore>().Find(Shop.Uploads), live.Cloud.Get<BodyFiles>());
        for (var number = 0; number < count; number++)
        {
            var key = number % 2 == 0 ? "profile.json" : string.Create(CultureInfo.InvariantCulture, $"documents/{number / (2 * VersionsOfKey)}.pdf");
            lock (bucket.Gate) bucket.Add(Version(bucket, files, $"customers/{person.CustomerId}/{key}"));
        }
    }

    private JsonObject Item(int number) => new()
    {
        ["customer_id"] = new JsonObject { ["S"] = person.CustomerId },
        ["number"] = new JsonObject { ["N"] = number.ToString(CultureInfo.InvariantCulture) },
        ["what"] = new JsonObject { ["S"] = "looked at an article" },
    };

    private ObjectVersion Version(Bucket bucket, BodyFiles files, string key)
    {
        using var file = files.Create();
        return new ObjectVersion
        {
            Key = key,
            VersionId = bucket.NextVersionId(),
            LastModified = live.Cloud.Time.GetUtcNow(),
            Content = new ObjectContent(
                new StoredBody(file.Name, 0), "d41d8cd98f00b204e9800998ecf8427e", new Checksum("CRC32", "AAAAAA=="), new Dictionary<string, string>(), "STANDARD", Encryption.S3Managed, []),
        };
    }
}
