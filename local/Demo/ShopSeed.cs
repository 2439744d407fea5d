using System.Globalization;
using Amazon.DynamoDBv2.Model;
using Amazon.S3.Model;
using ServerlessGdpr.Local.Commands;

namespace ServerlessGdpr.Local.Demo;

/// <summary>Fills the demo shop's stores.</summary>
internal sealed class ShopSeed(CloudClients clients)
{
    private const int BatchSize = 25;
    private const int AtOnce = 8;

    public async Task WriteAsync(Shop shop, CancellationToken cancellation)
    {
        await Task.WhenAll(
            WriteItemsAsync(Shop.CustomersTable, shop.People.Select(Customer), cancellation),
            WriteItemsAsync(Shop.OrdersTable, shop.People.SelectMany(person => person.Orders.Select(order => OrderItem(person, order))), cancellation),
            Parallel.ForEachAsync(shop.People.SelectMany(person => person.Uploads), Options(cancellation), async (upload, token) => await WriteAsync(upload, token)));
    }

    private Task WriteItemsAsync(string table, IEnumerable<Dictionary<string, AttributeValue>> items, CancellationToken cancellation) =>
        Parallel.ForEachAsync(items.Chunk(BatchSize), Options(cancellation), async (batch, token) =>
        {
            var left = new Dictionary<string, List<WriteRequest>> { [table] = [.. batch.Select(item => new WriteRequest(new PutRequest(item)))] };
            while (left.Count > 0) left = (await clients.DynamoDb.BatchWriteItemAsync(new BatchWriteItemRequest(left), token)).UnprocessedItems ?? [];
        });

    private async Task WriteAsync(Upload upload, CancellationToken cancellation)
    {
        foreach (var content in upload.Versions)
        {
            await clients.S3.PutObjectAsync(new PutObjectRequest { BucketName = Shop.UploadsBucket, Key = upload.Key, ContentBody = content, ContentType = "text/plain" }, cancellation);
        }

        if (upload.Deleted) await clients.S3.DeleteObjectAsync(Shop.UploadsBucket, upload.Key, cancellation);
    }

    private static ParallelOptions Options(CancellationToken cancellation) => new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation };

    private static Dictionary<string, AttributeValue> Customer(Person person) => new()
    {
        ["customer_id"] = new AttributeValue(person.CustomerId),
        ["name"] = new AttributeValue(person.Name),
        ["email"] = new AttributeValue(person.Email),
        ["phone"] = new AttributeValue(person.Phone),
        ["address"] = new AttributeValue { M = new Dictionary<string, AttributeValue> { ["street"] = new(person.Street), ["city"] = new(person.City) } },
    };

    private static Dictionary<string, AttributeValue> OrderItem(Person person, Order order) => new()
    {
        ["order_id"] = new AttributeValue(order.OrderId),
        ["email"] = new AttributeValue(person.Email),
        ["ship_to_name"] = new AttributeValue(person.Name),
        ["ship_to_address"] = new AttributeValue($"{person.Street}, {person.City}"),
        ["ship_to_phone"] = new AttributeValue(person.Phone),
        ["packed_by"] = new AttributeValue(order.PackedBy),
        ["placed_on"] = new AttributeValue(order.PlacedOn.ToString("O", CultureInfo.InvariantCulture)),
        ["lines"] = new AttributeValue { L = [.. order.Lines.Select(Line)] },
    };

    private static AttributeValue Line(OrderLine line) => new()
    {
        M = new Dictionary<string, AttributeValue>
        {
            ["article"] = new(line.Article),
            ["quantity"] = new() { N = line.Quantity.ToString(CultureInfo.InvariantCulture) },
            ["price"] = new() { N = line.Price.ToString(CultureInfo.InvariantCulture) },
        },
    };
}
