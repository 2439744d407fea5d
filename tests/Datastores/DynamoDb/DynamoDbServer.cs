using Amazon.DynamoDBv2;
using Amazon.Runtime;
using ServerlessGdpr.Functions.Runtime.Aws;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Tests.Support;
using Xunit;

namespace ServerlessGdpr.Tests.Datastores.DynamoDb;

/// <summary>The DynamoDB that the contract is tested against: DynamoDB Local, or that of a <see cref="ContractTarget"/>.</summary>
internal static class DynamoDbServer
{
    private static readonly ContractTarget? Target = ContractTarget.Of("DYNAMODB");

    public static async Task<string> EndpointAsync()
    {
        if (Target is { } target) return target.Endpoint;
        var process = await TestContext.Current.GetFixture<DynamoDbLocalProcess>() ?? throw new InvalidOperationException("DynamoDB Local is not a fixture of this assembly.");
        return (await process.EndpointAsync(TestContext.Current.CancellationToken)).ToString();
    }

    public static AmazonDynamoDBClient Client(string endpoint, Faults? faults = null) => new(
        new BasicAWSCredentials(Target?.AccessKey ?? "contract", Target?.SecretKey ?? "contract"),
        new AmazonDynamoDBConfig
        {
            ServiceURL = endpoint,
            AuthenticationRegion = Target?.Region ?? "eu-west-1",
            MaxErrorRetry = 0,
            HttpClientFactory = faults ?? new WholeAnswers() as HttpClientFactory,
        });
}
