using Amazon.DynamoDBv2;
using Amazon.Runtime;
using ServerlessGdpr.Local.DynamoDb;
using Xunit;

namespace ServerlessGdpr.Tests.Datastores.DynamoDb;

/// <summary>The DynamoDB that the contract is tested against: DynamoDB Local, or what <c>DYNAMODB_CONTRACT_ENDPOINT</c> names.</summary>
internal static class DynamoDbServer
{
    public static async Task<string> EndpointAsync()
    {
        if (Environment.GetEnvironmentVariable("DYNAMODB_CONTRACT_ENDPOINT") is { Length: > 0 } endpoint) return endpoint;
        var process = await TestContext.Current.GetFixture<DynamoDbLocalProcess>() ?? throw new InvalidOperationException("DynamoDB Local is not a fixture of this assembly.");
        return (await process.EndpointAsync(TestContext.Current.CancellationToken)).ToString();
    }

    public static AmazonDynamoDBClient Client(string endpoint, Faults? faults = null) => new(
        new BasicAWSCredentials("contract", "contract"),
        new AmazonDynamoDBConfig { ServiceURL = endpoint, AuthenticationRegion = "eu-west-1", MaxErrorRetry = 0, HttpClientFactory = faults });
}
