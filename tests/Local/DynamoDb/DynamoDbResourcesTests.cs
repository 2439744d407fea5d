using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.Hosting;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.DynamoDb;

public sealed class DynamoDbResourcesTests(DynamoDbLocalProcess process) : IAsyncLifetime
{
    private Cloud cloud = null!;
    private AmazonDynamoDBClient dynamoDb = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        cloud = await Cloud.StartAsync(new CloudOptions { DynamoDb = process }, Cancellation);
        dynamoDb = new AmazonDynamoDBClient(
            new BasicAWSCredentials("test", "test"),
            new AmazonDynamoDBConfig { ServiceURL = cloud.Endpoint.ToString(), AuthenticationRegion = CloudOptions.Region });
    }

    public async ValueTask DisposeAsync()
    {
        dynamoDb.Dispose();
        await cloud.DisposeAsync();
    }

    [Fact]
    public async Task A_template_makes_a_table_with_its_index_its_expiry_and_its_stream()
    {
        var created = await Create(
            """
            {
              "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }, { "AttributeName": "sk", "KeyType": "RANGE" }],
              "AttributeDefinitions": [
                { "AttributeName": "pk", "AttributeType": "S" }, { "AttributeName": "sk", "AttributeType": "S" },
                { "AttributeName": "openShard", "AttributeType": "S" }, { "AttributeName": "dueAt", "AttributeType": "S" }
              ],
              "BillingMode": "PAY_PER_REQUEST",
              "GlobalSecondaryIndexes": [{
                "IndexName": "open-by-due",
                "KeySchema": [{ "AttributeName": "openShard", "KeyType": "HASH" }, { "AttributeName": "dueAt", "KeyType": "RANGE" }],
                "Projection": { "ProjectionType": "ALL" }
              }],
              "SSESpecification": { "SSEEnabled": true, "SSEType": "KMS", "KMSMasterKeyId": "key" },
              "PointInTimeRecoverySpecification": { "PointInTimeRecoveryEnabled": true },
              "DeletionProtectionEnabled": "true",
              "TimeToLiveSpecification": { "AttributeName": "expiresAt", "Enabled": true },
              "StreamSpecification": { "StreamViewType": "NEW_AND_OLD_IMAGES" }
            }
            """);

        var table = (await dynamoDb.DescribeTableAsync(created.Ref, Cancellation)).Table;
        created.Ref.ShouldBe("stack-Table-1");
        table.TableArn.ShouldBe(created.Attributes["Arn"]);
        table.LatestStreamArn.ShouldBe(created.Attributes["StreamArn"]);
        table.DeletionProtectionEnabled.ShouldBe(true);
        table.GlobalSecondaryIndexes.ShouldHaveSingleItem().IndexName.ShouldBe("open-by-due");
        var expiry = await dynamoDb.DescribeTimeToLiveAsync(created.Ref, Cancellation);
        expiry.TimeToLiveDescription.AttributeName.ShouldBe("expiresAt");
        await Should.ThrowAsync<AmazonDynamoDBException>(() => dynamoDb.DeleteTableAsync(created.Ref, Cancellation));
    }

    [Fact]
    public async Task A_table_has_the_name_its_template_gives_it()
    {
        var created = await Create(
            """
            {
              "TableName": "vault",
              "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }],
              "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }],
              "BillingMode": "PAY_PER_REQUEST"
            }
            """);

        created.Ref.ShouldBe("vault");
        (await dynamoDb.ListTablesAsync(Cancellation)).TableNames.ShouldBe(["vault"]);
    }

    [Theory]
    [InlineData("""{ "Colour": "blue" }""", "AWS::DynamoDB::Table.Colour (Table)")]
    [InlineData("""{ "StreamSpecification": { "ResourcePolicy": {} } }""", "AWS::DynamoDB::Table.StreamSpecification.ResourcePolicy (Table)")]
    public async Task A_property_that_is_not_understood_is_refused(string properties, string named)
    {
        (await Should.ThrowAsync<AwsError>(() => Create(properties))).Message.ShouldContain(named);
    }

    [Fact]
    public async Task What_DynamoDB_refuses_is_refused_in_its_words()
    {
        var error = await Should.ThrowAsync<AwsError>(() => Create("""{ "KeySchema": [], "AttributeDefinitions": [] }"""));

        error.Code.ShouldBe("ValidationException");
    }

    private Task<CreatedResource> Create(string properties) => cloud.Get<IEnumerable<IResourceProvider>>()
        .Single(provider => provider.ResourceTypes.Contains("AWS::DynamoDB::Table"))
        .CreateAsync(
            new ResourceDefinition("AWS::DynamoDB::Table", "Table", "stack", "stack-Table-1", JsonNode.Parse(properties)!.AsObject(), null, ""), Cancellation);
}
