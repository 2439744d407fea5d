using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace ServerlessGdpr.Tests.EndToEnd.Scale;

/// <summary>Many people, each with a request of their own.</summary>
internal sealed class Crowd(int count)
{
    public IReadOnlyList<Asking> People { get; } = [.. Enumerable.Range(1, count).Select(number => new Asking(new Person($"P-{number}", $"person{number}@example.net"), new Guid(number, 0, 0, new byte[8]).ToString()))];

    /// <summary>Makes customers of them.</summary>
    public async Task SeedAsync(IAmazonDynamoDB dynamo, CancellationToken cancellation)
    {
        foreach (var some in People.Chunk(25))
        {
            var customers = some.Select(one => new WriteRequest(new PutRequest(new() { ["customer_id"] = new(one.Person.CustomerId), ["email"] = new(one.Person.Email) })));
            await dynamo.BatchWriteItemAsync(new BatchWriteItemRequest { RequestItems = new() { [Shop.Customers] = [.. customers] } }, cancellation);
        }
    }
}

/// <param name="Id">As the application calls the request.</param>
internal sealed record Asking(Person Person, string Id)
{
    public string RequestId { get; } = Functions.Requests.RequestId.Of("com.example.shop", Id);

    public JsonObject Event()
    {
        var sample = DeployedSystem.Sample("erasure-requested.json");
        var detail = sample["Detail"]!.AsObject();
        detail["subject_request_id"] = Id;
        detail["subject_identities"]![0]!["identity_value"] = Person.CustomerId;
        detail["subject_identities"]![1]!["identity_value"] = Person.Email;
        return sample;
    }
}
