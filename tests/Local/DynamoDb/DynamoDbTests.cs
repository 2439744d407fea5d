using System.Net.Sockets;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.Hosting;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.DynamoDb;

public sealed class DynamoDbTests(DynamoDbLocalProcess process) : IAsyncLifetime
{
    private Cloud cloud = null!;
    private AmazonDynamoDBClient dynamoDb = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        cloud = await Cloud.StartAsync(new CloudOptions { DynamoDb = process }, Cancellation);
        dynamoDb = Client(cloud);
        await CreateTable(dynamoDb);
    }

    public async ValueTask DisposeAsync()
    {
        dynamoDb.Dispose();
        await cloud.DisposeAsync();
    }

    [Fact]
    public async Task An_item_comes_back_as_it_was_put()
    {
        await Put("é");

        (await Get())["name"].S.ShouldBe("é");
    }

    [Fact]
    public async Task A_condition_that_does_not_hold_is_refused()
    {
        await Put("first");

        await Should.ThrowAsync<ConditionalCheckFailedException>(() => dynamoDb.PutItemAsync(
            new PutItemRequest { TableName = "people", Item = Item("second"), ConditionExpression = "attribute_not_exists(pk)" }, Cancellation));
    }

    [Fact]
    public async Task Clouds_that_share_one_process_see_only_their_own_tables()
    {
        await Put("mine");
        await using var another = await Cloud.StartAsync(new CloudOptions { DynamoDb = process }, Cancellation);
        using var neighbour = Client(another);

        (await neighbour.ListTablesAsync(Cancellation)).TableNames.ShouldBeEmpty();
        await CreateTable(neighbour);

        (await neighbour.ScanAsync(new ScanRequest { TableName = "people" }, Cancellation)).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_clients_of_one_cloud_see_the_same_tables_whatever_their_credentials()
    {
        using var stranger = Client(cloud, "another-key");

        (await stranger.ListTablesAsync(Cancellation)).TableNames.ShouldBe(["people"]);
    }

    [Fact]
    public async Task A_tables_arn_is_in_the_clouds_region_and_names_the_table_in_a_request()
    {
        var arn = (await dynamoDb.DescribeTableAsync("people", Cancellation)).Table.TableArn;

        arn.ShouldBe("arn:aws:dynamodb:eu-west-1:000000000000:table/people");
        await dynamoDb.PutItemAsync(new PutItemRequest { TableName = arn, Item = Item("by arn") }, Cancellation);
        (await Get())["name"].S.ShouldBe("by arn");
    }

    [Fact]
    public async Task The_chosen_call_is_throttled_without_effect_and_the_next_one_works()
    {
        await Put("before");
        cloud.Get<DynamoDbService>().Faults.Refuse("PutItem", Throttled(), first: 2);

        await Put("first");
        await Should.ThrowAsync<ProvisionedThroughputExceededException>(() => Put("second"));
        (await Get())["name"].S.ShouldBe("first");

        await Put("third");
        (await Get())["name"].S.ShouldBe("third");
    }

    [Fact]
    public async Task A_lost_answer_leaves_the_effect_so_the_clients_own_retry_meets_it()
    {
        cloud.Get<DynamoDbService>().Faults.LoseAnswer("PutItem");

        await Should.ThrowAsync<ConditionalCheckFailedException>(() => dynamoDb.PutItemAsync(
            new PutItemRequest { TableName = "people", Item = Item("written"), ConditionExpression = "attribute_not_exists(pk)" }, Cancellation));

        (await Get())["name"].S.ShouldBe("written");
    }

    [Fact]
    public async Task An_operation_that_is_not_implemented_is_an_error_that_names_it()
    {
        var error = await Should.ThrowAsync<AmazonDynamoDBException>(() => dynamoDb.ListImportsAsync(new ListImportsRequest(), Cancellation));

        (error.ErrorCode, error.Message).ShouldBe(("NotImplemented", "The local cloud does not implement dynamodb:ListImports."));
    }

    [Fact]
    public async Task The_process_ends_with_its_owner()
    {
        var own = new DynamoDbLocalProcess();
        var endpoint = await own.EndpointAsync(Cancellation);

        await own.DisposeAsync();

        using var client = new TcpClient();
        await Should.ThrowAsync<SocketException>(async () => await client.ConnectAsync(endpoint.Host, endpoint.Port, Cancellation));
    }

    private static AwsError Throttled() => new(nameof(ProvisionedThroughputExceededException), "The request rate is too high.");

    private static Dictionary<string, AttributeValue> Item(string name) => new() { ["pk"] = new("1"), ["name"] = new(name) };

    private static AmazonDynamoDBClient Client(Cloud cloud, string accessKey = "test") => new(
        new BasicAWSCredentials(accessKey, "test"),
        new AmazonDynamoDBConfig { ServiceURL = cloud.Endpoint.ToString(), AuthenticationRegion = CloudOptions.Region, MaxErrorRetry = 0 });

    private static Task<CreateTableResponse> CreateTable(AmazonDynamoDBClient client) => client.CreateTableAsync(
        new CreateTableRequest("people", [new KeySchemaElement("pk", KeyType.HASH)])
        {
            AttributeDefinitions = [new("pk", ScalarAttributeType.S)],
            BillingMode = BillingMode.PAY_PER_REQUEST,
        },
        Cancellation);

    private Task<PutItemResponse> Put(string name) => dynamoDb.PutItemAsync(new PutItemRequest { TableName = "people", Item = Item(name) }, Cancellation);

    private async Task<Dictionary<string, AttributeValue>> Get() =>
        (await dynamoDb.GetItemAsync(new GetItemRequest { TableName = "people", Key = new() { ["pk"] = new("1") }, ConsistentRead = true }, Cancellation)).Item;
}
