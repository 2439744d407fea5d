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
            await PutAsync(Customers, new() { ["customer_id"] = new(person.CustomerId), ["email"] = new(person.Email), ["name"] = new("A name") }, cancellation);
            for (var order = 1; order <= 3; order++)
            {
                await PutAsync(
                    Orders,
                    new()
                    {
                        ["order_id"] = new($"O-{person.CustomerId}-{order}"),
                        ["email"] = new(person.Email),
                        ["ship_to_name"] = new("A name"),
                        ["ship_to_address"] = new("1 Street"),
                        ["total"] = new() { N = "100" },
                    },
                    cancellation);
            }

            for (var version = 1; version <= 3; version++)
                await s3.PutObjectAsync(new PutObjectRequest { BucketName = Uploads, Key = $"customers/{person.CustomerId}/id.txt", ContentBody = $"version {version}" }, cancellation);
            await s3.DeleteObjectAsync(Uploads, $"customers/{person.CustomerId}/id.txt", cancellation);
        }
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

    public Task PutAsync(string table, Dictionary<string, AttributeValue> item, CancellationToken cancellation) =>
        dynamo.PutItemAsync(new PutItemRequest { TableName = table, Item = item }, cancellation);
}

internal sealed record Person(string CustomerId, string Email);

/// <summary>How much of a person is in the shop; object versions count with their delete markers.</summary>
internal sealed record Holdings(int Customers, int Orders, int ObjectVersions)
{
    public static readonly Holdings Nothing = new(0, 0, 0);

    public static readonly Holdings Everything = new(1, 3, 4);
}
