using Amazon.DynamoDBv2;
using Amazon.Runtime;

namespace ServerlessGdpr.Tests.Datastores.DynamoDb;

/// <summary>The DynamoDB that the contract is tested against.</summary>
internal static class DynamoDbServer
{
    public static AmazonDynamoDBClient Client(Faults? faults = null) => new(
        new BasicAWSCredentials("contract", "contract"),
        new AmazonDynamoDBConfig
        {
            ServiceURL = Environment.GetEnvironmentVariable("DYNAMODB_CONTRACT_ENDPOINT") ?? "http://127.0.0.1:18000",
            AuthenticationRegion = "eu-west-1",
            MaxErrorRetry = 0,
            HttpClientFactory = faults,
        });
}
