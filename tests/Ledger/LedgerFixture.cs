using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.S3;
using Amazon.S3.Model;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Local.Commands;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Tests.EndToEnd;
using Xunit;

namespace ServerlessGdpr.Tests.Ledger;

/// <summary>The ledger's table and the evidence bucket as they are deployed, in a cloud of their own.</summary>
public abstract class LedgerFixture(DynamoDbLocalProcess dynamoDb) : IAsyncLifetime
{
    private protected const string Table = "ledger";
    private protected const string Bucket = "evidence";
    private protected const string Requests = "requests";
    private protected static readonly DateTimeOffset Start = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    private Cloud? cloud;
    private CloudClients? clients;

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected Cloud Cloud => cloud!;

    private protected IAmazonDynamoDB DynamoDb => clients!.DynamoDb;

    private protected IAmazonS3 S3 => clients!.S3;

    private protected CloudCalls Calls => Cloud.Get<CloudCalls>();

    private protected EvidenceBucket Evidence => new(S3, Bucket);

    private protected DateTimeOffset Now => Cloud.Time.GetUtcNow();

    public virtual async ValueTask InitializeAsync()
    {
        cloud = await Cloud.StartAsync(new CloudOptions { VirtualStart = Start, DynamoDb = dynamoDb, ConfigureServices = CloudCalls.Observe }, Cancellation);
        clients = new CloudClients(cloud.Endpoint, cloud.Time);
        await S3.PutBucketAsync(new PutBucketRequest { BucketName = Bucket, ObjectLockEnabledForBucket = true }, Cancellation);
        await DynamoDb.CreateTableAsync(
            new CreateTableRequest
            {
                TableName = Table,
                BillingMode = BillingMode.PAY_PER_REQUEST,
                KeySchema = [new("pk", KeyType.HASH), new("sk", KeyType.RANGE)],
                AttributeDefinitions = [new("pk", "S"), new("sk", "S"), new("datastoreState", "S"), new("at", "S")],
                GlobalSecondaryIndexes =
                [
                    new()
                    {
                        IndexName = LedgerIndex.Name,
                        KeySchema = [new("datastoreState", KeyType.HASH), new("at", KeyType.RANGE)],
                        Projection = new() { ProjectionType = ProjectionType.INCLUDE, NonKeyAttributes = [.. LedgerIndex.Attributes] },
                    },
                ],
            },
            Cancellation);
        await DynamoDb.CreateTableAsync(
            new CreateTableRequest
            {
                TableName = Requests,
                BillingMode = BillingMode.PAY_PER_REQUEST,
                KeySchema = [new("pk", KeyType.HASH), new("sk", KeyType.RANGE)],
                AttributeDefinitions = [new("pk", "S"), new("sk", "S")],
            },
            Cancellation);
    }

    private protected ErasureLedger Ledger => new(DynamoDb, Evidence, Table, Cloud.Time);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        clients?.Dispose();
        if (cloud is not null) await cloud.DisposeAsync();
    }

    private protected Task AdvanceToAsync(DateTimeOffset instant) => Cloud.VirtualTime.AdvanceToAsync(instant, Cancellation);

    /// <summary>Every version in the bucket, by key, with the end of its lock.</summary>
    private protected async Task<IReadOnlyDictionary<string, (string Body, DateTimeOffset LockedUntil, string VersionId)>> CopiesAsync()
    {
        var copies = new Dictionary<string, (string, DateTimeOffset, string)>(StringComparer.Ordinal);
        foreach (var version in (await S3.ListVersionsAsync(new ListVersionsRequest { BucketName = Bucket }, Cancellation)).Versions ?? [])
        {
            using var answer = await S3.GetObjectAsync(new GetObjectRequest { BucketName = Bucket, Key = version.Key, VersionId = version.VersionId }, Cancellation);
            using var reader = new StreamReader(answer.ResponseStream);
            var until = new DateTimeOffset(answer.ObjectLockRetainUntilDate!.Value.ToUniversalTime(), TimeSpan.Zero);

            // A second version of a key would be no write-once copy.
            copies.Add(version.Key, (await reader.ReadToEndAsync(Cancellation), until, version.VersionId));
        }

        return copies;
    }

    private protected Task DeleteAsync(string key, string versionId) =>
        S3.DeleteObjectAsync(new DeleteObjectRequest { BucketName = Bucket, Key = key, VersionId = versionId }, Cancellation);
}
