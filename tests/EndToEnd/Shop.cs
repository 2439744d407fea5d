using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.S3;
using Amazon.S3.Model;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>The demo shop's datastores with a few people in them.</summary>
internal sealed class Shop(IAmazonDynamoDB dynamo, IAmazonS3 s3)
{
    public const string Customers = "shop-customers";
    public const string Orders = "shop-orders";
    public const string Uploads = "shop-uploads";

    /// <summary>The person of <c>events/erasure-requested.json</c>.</summary>
    public static readonly Person Ada = new("C-1042", "ada.lindqvist@example.com");

    /// <summary>Someone whose id begins like Ada's.</summary>
    public static readonly Person Other = new("C-10421", "ada.lindqvist@example.com.example.org");

    public async Task SeedAsync(CancellationToken cancellation)
    {
        foreach (var person in new[] { Ada, Other })
        {
            await PutCustomerAsync(person, cancellation);
            await PutOrdersAsync(person, 1, 3, cancellation);

            for (var version = 1; version <= 3; version++)
                await s3.PutObjectAsync(new PutObjectRequest { BucketName = Uploads, Key = $"customers/{person.CustomerId}/id.txt", ContentBody = $"version {version}" }, cancellation);
            await s3.DeleteObjectAsync(Uploads, $"customers/{person.CustomerId}/id.txt", cancellation);
        }
    }

    /// <summary>An upload that nobody can delete before an instant. The bucket gets an object lock for it.</summary>
    public async Task PutLockedUploadAsync(Person person, DateTimeOffset until, CancellationToken cancellation)
    {
        await s3.PutObjectLockConfigurationAsync(
            new PutObjectLockConfigurationRequest
            {
                BucketName = Uploads,
                ObjectLockConfiguration = new ObjectLockConfiguration { ObjectLockEnabled = ObjectLockEnabled.Enabled },
                ChecksumAlgorithm = ChecksumAlgorithm.SHA256,
            },
            cancellation);
        await s3.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = Uploads,
                Key = $"customers/{person.CustomerId}/contract.txt",
                ContentBody = "signed",
                ObjectLockMode = ObjectLockMode.Compliance,
                ObjectLockRetainUntilDate = until.UtcDateTime,
                ChecksumAlgorithm = ChecksumAlgorithm.SHA256,
            },
            cancellation);
    }

    public async Task<Holdings> HoldingsAsync(Person person, CancellationToken cancellation)
    {
        var customers = await dynamo.ScanAsync(new ScanRequest { TableName = Customers, ConsistentRead = true }, cancellation);
        var orders = await dynamo.ScanAsync(new ScanRequest { TableName = Orders, ConsistentRead = true }, cancellation);
        var versions = await s3.ListVersionsAsync(new ListVersionsRequest { BucketName = Uploads, Prefix = $"customers/{person.CustomerId}/" }, cancellation);
        return new(
            customers.Items.Count(item => item["customer_id"].S == person.CustomerId),
            orders.Items.Count(item => item.TryGetValue("email", out var email) && email.S == person.Email),
            versions.Versions?.Count ?? 0);
    }

    public Task PutCustomerAsync(Person person, CancellationToken cancellation) => dynamo.PutItemAsync(
        new PutItemRequest { TableName = Customers, Item = new() { ["customer_id"] = new(person.CustomerId), ["email"] = new(person.Email), ["name"] = new("A name") } },
        cancellation);

    /// <summary>Orders of a person, numbered from <paramref name="first"/> on.</summary>
    public async Task PutOrdersAsync(Person person, int first, int count, CancellationToken cancellation)
    {
        foreach (var numbers in Enumerable.Range(first, count).Chunk(25))
        {
            var writes = numbers.Select(number => new WriteRequest(new PutRequest(new()
            {
                ["order_id"] = new($"O-{person.CustomerId}-{number}"),
                ["email"] = new(person.Email),
                ["ship_to_name"] = new("A name"),
                ["ship_to_address"] = new("1 Street"),
                ["total"] = new() { N = "100" },
            })));
            await dynamo.BatchWriteItemAsync(new BatchWriteItemRequest { RequestItems = new() { [Orders] = [.. writes] } }, cancellation);
        }
    }
}

internal sealed record Person(string CustomerId, string Email);

/// <summary>How much of a person is in the shop; object versions count with their delete markers.</summary>
internal sealed record Holdings(int Customers, int Orders, int ObjectVersions)
{
    public static readonly Holdings Nothing = new(0, 0, 0);

    public static readonly Holdings Everything = new(1, 3, 4);
}
