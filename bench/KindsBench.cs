using System.Diagnostics;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Datastores.DynamoDb;
using ServerlessGdpr.Functions.Datastores.S3;
using ServerlessGdpr.Functions.Vault;
using ServerlessGdpr.Local.Hosting;
using Item = System.Collections.Generic.Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>;

namespace ServerlessGdpr.Bench;

/// <summary>One person's records, erased by each kind of datastore and by hand with the same SDK, in turns: both have to read what they write.</summary>
internal static class KindsBench
{
    /// <summary>Calls in flight by hand: as many as the product has.</summary>
    private const int CallsAtOnce = 8;

    private const int PageItems = 1000, VersionsOfKey = 5;
    private const string Person = "C-1042", PartitionKey = "customer", SortKey = "record", Name = "name", Erased = "erased", Prefix = $"customers/{Person}/";

    private static readonly IReadOnlyList<Subject> Subjects = [new("vault/1", [new Identity("customer_id", Person, "raw")])];

    public static async Task RunAsync(int records, int rounds, CancellationToken cancellation)
    {
        await using var cloud = await Cloud.StartAsync(new CloudOptions(), cancellation);
        var credentials = new BasicAWSCredentials("bench", "bench");
        using var dynamoDb = new AmazonDynamoDBClient(credentials, new AmazonDynamoDBConfig { ServiceURL = $"{cloud.Endpoint}", AuthenticationRegion = CloudOptions.Region, MaxErrorRetry = 0 });
        using var s3 = new AmazonS3Client(
            credentials,
            new AmazonS3Config { ServiceURL = $"{cloud.Endpoint}", AuthenticationRegion = CloudOptions.Region, ForcePathStyle = true, MaxErrorRetry = 0, RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED });
        Kind[] kinds =
        [
            new("dynamodb, delete", stop => FillTableAsync(dynamoDb, records, stop), (table, stop) => DeleteItemsAsync(dynamoDb, table, stop), (table, stop) => EraseAsync(Table(dynamoDb, table, Delete), stop)),
            new("dynamodb, anonymise", stop => FillTableAsync(dynamoDb, records, stop), (table, stop) => ChangeItemsAsync(dynamoDb, table, stop), (table, stop) => EraseAsync(Table(dynamoDb, table, Anonymise), stop)),
            new("s3, versions", stop => FillBucketAsync(s3, records, stop), (bucket, stop) => DeleteVersionsAsync(s3, bucket, stop), (bucket, stop) => EraseAsync(Bucket(s3, bucket), stop)),
        ];

        var seconds = new List<(string Kind, bool ByHand, double Seconds)>();
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var kind in kinds)
            {
                foreach (var byHand in (bool[])[round % 2 == 0, round % 2 != 0])
                {
                    var store = await kind.FillAsync(cancellation);
                    var started = Stopwatch.GetTimestamp();
                    var erased = await (byHand ? kind.ByHandAsync : kind.EraseAsync)(store, cancellation);
                    var took = Stopwatch.GetElapsedTime(started).TotalSeconds;
                    if (erased != records) throw new InvalidOperationException($"{kind.Name}: {erased} of {records} records were erased.");

                    // The first round warms everything up.
                    if (round > 0) seconds.Add((kind.Name, byHand, took));
                }
            }
        }

        Console.WriteLine($"{records:N0} records of one person; the median of {rounds} rounds, in turns\n");
        MarkdownTable.Print(["kind", "by hand, records/s", "EraseAsync, records/s", "speed beside by hand"], kinds.Select(kind =>
        {
            double Of(bool byHand) => Median.Of(seconds.Where(one => one.Kind == kind.Name && one.ByHand == byHand).Select(one => one.Seconds));
            return (string[])[kind.Name, $"{records / Of(true):N0}", $"{records / Of(false):N0}", $"{Of(true) / Of(false):P0}"];
        }));
    }

    private static ErasureAction Delete => new() { Kind = ErasureAction.Delete };

    private static ErasureAction Anonymise => new() { Kind = ErasureAction.Anonymise, Fields = new Dictionary<string, string?> { [Name] = Erased } };

    private static async Task<long> EraseAsync(IDatastore datastore, CancellationToken cancellation)
    {
        Step? step = null;
        do step = await datastore.EraseAsync(Subjects, step?.Resume, cancellation);
        while (step.Resume is not null);
        return step.Erased;
    }

    private static DynamoDbDatastore Table(AmazonDynamoDBClient client, string table, ErasureAction action) => new(
        client,
        Entry("dynamodb", $"arn:aws:dynamodb:{CloudOptions.Region}:{CloudOptions.Account}:table/{table}", new() { IdentityType = "customer_id", PartitionKey = new() { Name = PartitionKey } }, action),
        table,
        TimeProvider.System);

    private static S3Datastore Bucket(AmazonS3Client client, string bucket) => new(
        client, Entry("s3", $"arn:aws:s3:::{bucket}", new() { IdentityType = "customer_id", KeyTemplate = "customers/{customer_id}/" }, Delete), bucket, TimeProvider.System);

    private static DatastoreEntry Entry(string kind, string location, KeyMapping key, ErasureAction action) => new()
    {
        Name = "shop",
        Kind = kind,
        Location = location,
        Keys = [key],
        Action = action,
        BackupRetentionDays = 35,
        Processing = SampleProcessing.Processing,
    };

    private static async Task<string> FillTableAsync(AmazonDynamoDBClient client, int records, CancellationToken cancellation)
    {
        var table = $"shop-{Guid.NewGuid():N}";
        await client.CreateTableAsync(
            new CreateTableRequest
            {
                TableName = table,
                BillingMode = BillingMode.PAY_PER_REQUEST,
                KeySchema = [new(PartitionKey, KeyType.HASH), new(SortKey, KeyType.RANGE)],
                AttributeDefinitions = [new(PartitionKey, ScalarAttributeType.S), new(SortKey, ScalarAttributeType.S)],
            },
            cancellation);
        var items = Enumerable.Range(0, records).Select(record => new Item
        {
            [PartitionKey] = new() { S = Person },
            [SortKey] = new() { S = $"order#{record:000000}" },
            [Name] = new() { S = "Ada Lindqvist" },
            ["content"] = new() { S = new string('x', 230) },
        });
        await Writes.InBatchesAsync(client, table, items.Select(item => new WriteRequest(new PutRequest(item))), CallsAtOnce, cancellation);
        return table;
    }

    private static async Task<string> FillBucketAsync(AmazonS3Client client, int records, CancellationToken cancellation)
    {
        var bucket = $"shop-{Guid.NewGuid():N}";
        await client.PutBucketAsync(bucket, cancellation);
        await client.PutBucketVersioningAsync(new PutBucketVersioningRequest { BucketName = bucket, VersioningConfig = new() { Status = VersionStatus.Enabled } }, cancellation);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, records),
            new ParallelOptions { MaxDegreeOfParallelism = CallsAtOnce, CancellationToken = cancellation },
            async (record, stop) => await client.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = $"{Prefix}{record / VersionsOfKey:000000}.txt", ContentBody = "a file of the person" }, stop));
        return bucket;
    }

    private static async Task<long> DeleteItemsAsync(AmazonDynamoDBClient client, string table, CancellationToken cancellation)
    {
        var deleted = 0L;
        await foreach (var page in KeysAsync(client, table, cancellation))
        {
            await Writes.InBatchesAsync(client, table, page.Select(key => new WriteRequest(new DeleteRequest(key))), CallsAtOnce, cancellation);
            deleted += page.Count;
        }

        return deleted;
    }

    private static async Task<long> ChangeItemsAsync(AmazonDynamoDBClient client, string table, CancellationToken cancellation)
    {
        var changed = 0L;
        await foreach (var page in KeysAsync(client, table, cancellation))
        {
            await Parallel.ForEachAsync(page, new ParallelOptions { MaxDegreeOfParallelism = CallsAtOnce, CancellationToken = cancellation }, async (key, stop) => await client.UpdateItemAsync(
                new UpdateItemRequest
                {
                    TableName = table,
                    Key = key,
                    UpdateExpression = "SET #name = :erased",
                    ConditionExpression = $"attribute_exists({PartitionKey})",
                    ExpressionAttributeNames = new() { ["#name"] = Name },
                    ExpressionAttributeValues = new() { [":erased"] = new() { S = Erased } },
                },
                stop));
            changed += page.Count;
        }

        return changed;
    }

    private static async IAsyncEnumerable<List<Item>> KeysAsync(AmazonDynamoDBClient client, string table, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        Item? after = null;
        do
        {
            var answer = await client.QueryAsync(
                new QueryRequest
                {
                    TableName = table,
                    ConsistentRead = true,
                    Limit = PageItems,
                    ExclusiveStartKey = after,
                    KeyConditionExpression = $"{PartitionKey} = :person",
                    ProjectionExpression = $"{PartitionKey}, #sort",
                    ExpressionAttributeNames = new() { ["#sort"] = SortKey },
                    ExpressionAttributeValues = new() { [":person"] = new() { S = Person } },
                },
                cancellation);
            yield return answer.Items;
            after = answer.LastEvaluatedKey is { Count: > 0 } last ? last : null;
        }
        while (after is not null);
    }

    private static async Task<long> DeleteVersionsAsync(AmazonS3Client client, string bucket, CancellationToken cancellation)
    {
        var deleted = 0L;
        ListVersionsResponse? page = null;
        do
        {
            page = await client.ListVersionsAsync(new ListVersionsRequest { BucketName = bucket, Prefix = Prefix, KeyMarker = page?.NextKeyMarker, VersionIdMarker = page?.NextVersionIdMarker }, cancellation);
            var objects = page.Versions.ConvertAll(version => new KeyVersion { Key = version.Key, VersionId = version.VersionId });
            await client.DeleteObjectsAsync(new DeleteObjectsRequest { BucketName = bucket, Objects = objects, Quiet = true }, cancellation);
            deleted += objects.Count;
        }
        while (page.IsTruncated == true);
        return deleted;
    }

    private sealed record Kind(
        string Name, Func<CancellationToken, Task<string>> FillAsync, Func<string, CancellationToken, Task<long>> ByHandAsync, Func<string, CancellationToken, Task<long>> EraseAsync);
}
