using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.KeyManagementService;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.SQS;
using Microsoft.Extensions.DependencyInjection;
using ServerlessGdpr.Local.CloudFormation;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Iam;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Iam;

/// <summary>A cloud with one role and clients that call with its credentials, or with an operator's.</summary>
internal sealed class RoleCloud : IAsyncDisposable
{
    private const string Role = """{"Type":"AWS::IAM::Role","Properties":{"RoleName":"worker","AssumeRolePolicyDocument":{"Statement":[]}}}""";

    private RoleCloud(Cloud cloud) => Cloud = cloud;

    public Cloud Cloud { get; }

    public IamRole Worker => Cloud.Get<IamStore>().Role("worker");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private AWSCredentials Credentials => new BasicAWSCredentials(AccessKeys.Of(Worker.Arn), "secret");

    public static async Task<RoleCloud> StartAsync(DynamoDbLocalProcess? dynamoDb = null, Action<IServiceCollection>? services = null)
    {
        var cloud = await Cloud.StartAsync(
            new CloudOptions { VirtualStart = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), DynamoDb = dynamoDb, ConfigureServices = services }, Cancellation);
        var roleCloud = new RoleCloud(cloud);
        await roleCloud.DeployAsync("iam", ("Worker", Role));
        return roleCloud;
    }

    public Task<DeployedStack> DeployAsync(string stack, params (string Id, string Resource)[] resources)
    {
        var template = new JsonObject { ["Resources"] = new JsonObject(resources.Select(resource => KeyValuePair.Create(resource.Id, JsonNode.Parse(resource.Resource)))) };
        return Cloud.Get<Deployer>().DeployTemplateAsync(stack, template.ToJsonString(), null, Cancellation);
    }

    /// <summary>Lets the role do that, and nothing else.</summary>
    public void Allow(string actions, string resource, string conditions = "{}") => Worker.Put(new IamPolicy("own", new JsonObject
    {
        ["Statement"] = new JsonArray(new JsonObject
        {
            ["Effect"] = "Allow",
            ["Action"] = new JsonArray([.. actions.Split(' ').Select(action => JsonValue.Create(action))]),
            ["Resource"] = resource,
            ["Condition"] = JsonNode.Parse(conditions),
        }),
    }));

    public AmazonDynamoDBClient DynamoDb(bool asOperator = false) => new(
        Caller(asOperator), new AmazonDynamoDBConfig { ServiceURL = Cloud.Endpoint.ToString(), AuthenticationRegion = CloudOptions.Region, MaxErrorRetry = 0 });

    public AmazonS3Client S3(bool asOperator = false) => new(
        Caller(asOperator), new AmazonS3Config { ServiceURL = Cloud.Endpoint.ToString(), AuthenticationRegion = CloudOptions.Region, ForcePathStyle = true, MaxErrorRetry = 0 });

    public AmazonKeyManagementServiceClient Kms(bool asOperator = false) => new(
        Caller(asOperator), new AmazonKeyManagementServiceConfig { ServiceURL = Cloud.Endpoint.ToString(), AuthenticationRegion = CloudOptions.Region, MaxErrorRetry = 0 });

    public AmazonSQSClient Sqs(bool asOperator = false) => new(
        Caller(asOperator), new AmazonSQSConfig { ServiceURL = Cloud.Endpoint.ToString(), AuthenticationRegion = CloudOptions.Region, MaxErrorRetry = 0 });

    public ValueTask DisposeAsync() => Cloud.DisposeAsync();

    private AWSCredentials Caller(bool asOperator) => asOperator ? new BasicAWSCredentials("operator", "secret") : Credentials;
}
