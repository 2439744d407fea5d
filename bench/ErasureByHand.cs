using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.S3.Model;
using ServerlessGdpr.Local.Commands;
using ServerlessGdpr.Local.Demo;

namespace ServerlessGdpr.Bench;

/// <summary>What someone would write who only wants the shop's records of some people gone: it reads what it changes, and nothing remembers, repeats, verifies or proves it.</summary>
internal static class ErasureByHand
{
    /// <summary>People at once.</summary>
    private const int AtOnce = 16;

    /// <returns>How many records were erased.</returns>
    public static async Task<long> EraseAsync(CloudClients clients, IReadOnlyList<Person> people, CancellationToken cancellation)
    {
        var erased = 0L;
        await Parallel.ForEachAsync(people, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (person, stop) =>
        {
            var others = await Task.WhenAll(AnonymiseOrdersAsync(clients, person, stop), DeleteUploadsAsync(clients, person, stop));
            Interlocked.Add(ref erased, others.Sum() + await DeleteCustomerAsync(clients, person, stop));
        });
        return erased;
    }

    private static async Task<long> DeleteCustomerAsync(CloudClients clients, Person person, CancellationToken cancellation)
    {
        var answer = await clients.DynamoDb.DeleteItemAsync(
            new DeleteItemRequest { TableName = Shop.CustomersTable, Key = new() { ["customer_id"] = new(person.CustomerId) }, ReturnValues = ReturnValue.ALL_OLD }, cancellation);
        return answer.Attributes is { Count: > 0 } ? 1 : 0;
    }

    private static async Task<long> AnonymiseOrdersAsync(CloudClients clients, Person person, CancellationToken cancellation)
    {
        var found = await clients.DynamoDb.QueryAsync(
            new QueryRequest
            {
                TableName = Shop.OrdersTable,
                IndexName = "by-email",
                KeyConditionExpression = "email = :email",
                ExpressionAttributeValues = new() { [":email"] = new(person.Email) },
            },
            cancellation);
        await Task.WhenAll(found.Items.Select(order => clients.DynamoDb.UpdateItemAsync(
            new UpdateItemRequest
            {
                TableName = Shop.OrdersTable,
                Key = new() { ["order_id"] = order["order_id"] },
                UpdateExpression = "SET ship_to_name = :erased, ship_to_address = :erased REMOVE email, ship_to_phone",
                ConditionExpression = "email = :email",
                ExpressionAttributeValues = new() { [":erased"] = new("erased"), [":email"] = new(person.Email) },
            },
            cancellation)));
        return found.Items.Count;
    }

    private static async Task<long> DeleteUploadsAsync(CloudClients clients, Person person, CancellationToken cancellation)
    {
        var found = await clients.S3.ListVersionsAsync(new ListVersionsRequest { BucketName = Shop.UploadsBucket, Prefix = $"customers/{person.CustomerId}/" }, cancellation);
        var versions = (found.Versions ?? []).ConvertAll(version => new KeyVersion { Key = version.Key, VersionId = version.VersionId });
        if (versions.Count > 0) await clients.S3.DeleteObjectsAsync(new DeleteObjectsRequest { BucketName = Shop.UploadsBucket, Objects = versions, Quiet = true }, cancellation);
        return versions.Count;
    }
}
