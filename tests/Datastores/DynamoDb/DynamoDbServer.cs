using Amazon.DynamoDBv2;
using Amazon.Runtime;
using ServerlessGdpr.Local.DynamoDb;
using Xunit;

namespace ServerlessGdpr.Tests.Datastores.DynamoDb;

/// <summary>
/// The DynamoDB that the contract is tested against: DynamoDB Local, or another one named by <c>DYNAMODB_CONTRACT_ENDPOINT</c>,
/// <c>DYNAMODB_CONTRACT_ACCESS_KEY</c>, <c>DYNAMODB_CONTRACT_SECRET_KEY</c> and <c>DYNAMODB_CONTRACT_REGION</c>.
/// </summary>
internal static class DynamoDbServer
{
    public static async Task<string> EndpointAsync()
    {
        if (Setting("ENDPOINT") is { } endpoint) return endpoint;
        var process = await TestContext.Current.GetFixture<DynamoDbLocalProcess>() ?? throw new InvalidOperationException("DynamoDB Local is not a fixture of this assembly.");
        return (await process.EndpointAsync(TestContext.Current.CancellationToken)).ToString();
    }

    public static AmazonDynamoDBClient Client(string endpoint, Faults? faults = null) => new(
        new BasicAWSCredentials(Setting("ACCESS_KEY") ?? "contract", Setting("SECRET_KEY") ?? "contract"),
        new AmazonDynamoDBConfig { ServiceURL = endpoint, AuthenticationRegion = Setting("REGION") ?? "eu-west-1", MaxErrorRetry = 0, HttpClientFactory = faults });

    private static string? Setting(string name) => Environment.GetEnvironmentVariable($"DYNAMODB_CONTRACT_{name}") is { Length: > 0 } value ? value : null;
}
