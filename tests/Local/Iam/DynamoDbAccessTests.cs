using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Local.DynamoDb;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Iam;

public sealed class DynamoDbAccessTests(DynamoDbLocalProcess process) : IAsyncLifetime
{
    private const string Arn = "arn:aws:dynamodb:eu-west-1:000000000000:table/vault";
    private const string OwnKeysOnly = """{"ForAllValues:StringLike":{"dynamodb:LeadingKeys":"mine#*"}}""";

    private const string Table = """
        {"Type":"AWS::DynamoDB::Table","Properties":{"TableName":"vault","BillingMode":"PAY_PER_REQUEST",
        "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"owner","AttributeType":"S"}],
        "GlobalSecondaryIndexes":[{"IndexName":"by-owner","KeySchema":[{"AttributeName":"owner","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}]}}
        """;

    private RoleCloud cloud = null!;
    private AmazonDynamoDBClient worker = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        cloud = await RoleCloud.StartAsync(process);
        await cloud.DeployAsync("tables", ("Vault", Table));
        worker = cloud.DynamoDb();
    }

    public async ValueTask DisposeAsync()
    {
        worker.Dispose();
        await cloud.DisposeAsync();
    }

    [Fact]
    public async Task A_role_reaches_items_under_its_leading_keys_only()
    {
        cloud.Allow("dynamodb:GetItem dynamodb:PutItem dynamodb:BatchGetItem dynamodb:BatchWriteItem", Arn, OwnKeysOnly);

        await Put("mine#1");
        await Get("mine#1");
        await worker.BatchGetItemAsync(new BatchGetItemRequest { RequestItems = new() { ["vault"] = new() { Keys = [Key("mine#1")] } } }, Cancellation);

        await ShouldBeDenied("dynamodb:PutItem", () => Put("yours#1"));
        await ShouldBeDenied("dynamodb:GetItem", () => Get("yours#1"));
        await ShouldBeDenied("dynamodb:BatchGetItem", () => worker.BatchGetItemAsync(
            new BatchGetItemRequest { RequestItems = new() { ["vault"] = new() { Keys = [Key("mine#1"), Key("yours#1")] } } }, Cancellation));
        await ShouldBeDenied("dynamodb:BatchWriteItem", () => worker.BatchWriteItemAsync(
            new BatchWriteItemRequest { RequestItems = new() { ["vault"] = [new(new DeleteRequest(Key("mine#1"))), new(new PutRequest(Key("yours#1")))] } }, Cancellation));
    }

    [Fact]
    public async Task A_query_is_of_the_partition_it_names_by_the_tables_or_the_indexs_key()
    {
        cloud.Allow("dynamodb:Query", $"{Arn}*", OwnKeysOnly);

        await Query(null, "pk = :v", "mine#1");
        await Query("by-owner", "#o = :v", "mine#1", "#o");

        await ShouldBeDenied("dynamodb:Query", () => Query(null, "pk=:v", "yours#1"));
        await ShouldBeDenied("dynamodb:Query", () => Query("by-owner", "#o = :v", "yours#1", "#o"));
    }

    [Fact]
    public async Task An_index_is_a_resource_of_its_own()
    {
        cloud.Allow("dynamodb:Query", $"{Arn}/index/by-owner");

        await Query("by-owner", "#o = :v", "anyone", "#o");

        (await ShouldBeDenied("dynamodb:Query", () => Query(null, "pk = :v", "anyone"))).Message.ShouldContain($"{Arn} ");
    }

    [Fact]
    public async Task A_transaction_takes_the_permission_of_each_of_its_items()
    {
        cloud.Allow("dynamodb:PutItem dynamodb:ConditionCheckItem", Arn);

        await worker.TransactWriteItemsAsync(new TransactWriteItemsRequest { TransactItems = [PutOf("a"), CheckOf("b")] }, Cancellation);

        await ShouldBeDenied("dynamodb:DeleteItem", () => worker.TransactWriteItemsAsync(
            new TransactWriteItemsRequest { TransactItems = [PutOf("c"), new() { Delete = new() { TableName = "vault", Key = Key("a") } }] }, Cancellation));
        cloud.Allow("dynamodb:PutItem", Arn);
        await ShouldBeDenied("dynamodb:ConditionCheckItem", () => worker.TransactWriteItemsAsync(new TransactWriteItemsRequest { TransactItems = [CheckOf("b")] }, Cancellation));
    }

    [Fact]
    public async Task Whoever_is_no_role_may_do_everything()
    {
        using var operators = cloud.DynamoDb(asOperator: true);

        (await operators.ScanAsync(new ScanRequest { TableName = "vault" }, Cancellation)).Count.ShouldBe(0);
        await ShouldBeDenied("dynamodb:Scan", () => worker.ScanAsync(new ScanRequest { TableName = "vault" }, Cancellation));
    }

    [Fact]
    public async Task A_table_with_a_customer_key_takes_permissions_on_the_key_through_DynamoDB()
    {
        var stack = await cloud.DeployAsync(
            "encrypted",
            ("Key", """{"Type":"AWS::KMS::Key","Properties":{"KeyPolicy":{"Statement":[]}}}"""),
            ("Table", """
                {"Type":"AWS::DynamoDB::Table","Properties":{"TableName":"sealed","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],
                "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"SSESpecification":{"SSEEnabled":true,"SSEType":"KMS","KMSMasterKeyId":{"Fn::GetAtt":["Key","Arn"]}}}}
                """));
        cloud.Allow("dynamodb:GetItem dynamodb:PutItem", "*");
        await ShouldBeDenied("kms:Decrypt", () => Get("a", "sealed"));

        cloud.Allow("dynamodb:GetItem dynamodb:PutItem kms:Decrypt kms:DescribeKey", "*");
        await Get("a", "sealed");
        (await ShouldBeDenied("kms:Encrypt", () => Put("a", "sealed"))).Message.ShouldContain(stack.Resource("Key").Arn);
        cloud.Allow("dynamodb:* kms:*", "*", """{"StringEqualsIfExists":{"kms:ViaService":"s3.eu-west-1.amazonaws.com"}}""");
        await ShouldBeDenied("kms:Decrypt", () => Get("a", "sealed"));
    }

    private static async Task<AmazonDynamoDBException> ShouldBeDenied(string action, Func<Task> call)
    {
        var denied = await Should.ThrowAsync<AmazonDynamoDBException>(call);
        denied.ErrorCode.ShouldBe("AccessDeniedException");
        denied.Message.ShouldContain($"not authorized to perform: {action} on resource");
        return denied;
    }

    private static Dictionary<string, AttributeValue> Key(string key) => new() { ["pk"] = new(key) };

    private static TransactWriteItem PutOf(string key) => new() { Put = new() { TableName = "vault", Item = Key(key) } };

    private static TransactWriteItem CheckOf(string key) =>
        new() { ConditionCheck = new() { TableName = "vault", Key = Key(key), ConditionExpression = "attribute_not_exists(pk)" } };

    private Task<PutItemResponse> Put(string key, string table = "vault") => worker.PutItemAsync(new PutItemRequest { TableName = table, Item = Key(key) }, Cancellation);

    private Task<GetItemResponse> Get(string key, string table = "vault") => worker.GetItemAsync(new GetItemRequest { TableName = table, Key = Key(key) }, Cancellation);

    private Task<QueryResponse> Query(string? index, string condition, string value, string? name = null) => worker.QueryAsync(
        new QueryRequest
        {
            TableName = "vault",
            IndexName = index,
            KeyConditionExpression = condition,
            ExpressionAttributeValues = new() { [":v"] = new(value) },
            ExpressionAttributeNames = name is null ? null : new() { [name] = "owner" },
        },
        Cancellation);
}
