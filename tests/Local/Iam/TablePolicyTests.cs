using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Local.DynamoDb;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Iam;

/// <summary>Policies of tables, as a quarantine puts them on a restored one.</summary>
public sealed class TablePolicyTests(DynamoDbLocalProcess process) : IAsyncLifetime
{
    private const string Arn = "arn:aws:dynamodb:eu-west-1:000000000000:table/restored";
    private const string Worker = "arn:aws:iam::000000000000:role/worker";
    private const string Replay = "arn:aws:iam::000000000000:role/replay";

    private const string Table = """
        {"Type":"AWS::DynamoDB::Table","Properties":{"TableName":"restored","BillingMode":"PAY_PER_REQUEST",
        "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"owner","AttributeType":"S"}],
        "GlobalSecondaryIndexes":[{"IndexName":"by-owner","KeySchema":[{"AttributeName":"owner","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}]}}
        """;

    private RoleCloud cloud = null!;
    private AmazonDynamoDBClient worker = null!;
    private AmazonDynamoDBClient operators = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        cloud = await RoleCloud.StartAsync(process);
        await cloud.DeployAsync("tables", ("Restored", Table));
        (worker, operators) = (cloud.DynamoDb(), cloud.DynamoDb(asOperator: true));
        cloud.Allow("dynamodb:*", "*");
    }

    public async ValueTask DisposeAsync()
    {
        worker.Dispose();
        operators.Dispose();
        await cloud.DisposeAsync();
    }

    [Theory]
    [InlineData("ArnNotEquals", Replay, true)]
    [InlineData("ArnNotEquals", Worker, false)]
    [InlineData("StringNotEquals", Replay, true)]
    [InlineData("StringNotEquals", Worker, false)]
    [InlineData("ArnNotLike", "arn:aws:iam::*:role/re*", true)]
    [InlineData("ArnNotLike", "arn:aws:iam::*:role/wor*", false)]
    [InlineData("StringNotLike", "*/replay", true)]
    [InlineData("StringNotLike", "*/worker", false)]
    public async Task A_quarantine_shuts_out_all_but_the_roles_it_excepts(string comparison, string excepted, bool denied)
    {
        await PutAsync(Deny("\"*\"", $$$"""{"{{{comparison}}}":{"aws:PrincipalArn":["{{{excepted}}}","arn:aws:iam::000000000000:role/other"]}}"""));

        await (denied ? ShouldBeDenied("dynamodb:GetItem", Get) : Get());
    }

    [Theory]
    [InlineData("""{"AWS":"arn:aws:iam::000000000000:role/worker"}""", true)]
    [InlineData("""{"AWS":["arn:aws:iam::000000000000:role/replay","000000000000"]}""", true)]
    [InlineData("""{"AWS":"arn:aws:iam::000000000000:root"}""", true)]
    [InlineData("""{"AWS":"arn:aws:iam::000000000000:role/replay"}""", false)]
    [InlineData("""{"Service":"backup.amazonaws.com"}""", false)]
    public async Task A_denial_is_for_those_it_names(string principal, bool denied)
    {
        await PutAsync(Deny(principal));

        await (denied ? ShouldBeDenied("dynamodb:GetItem", Get) : Get());
    }

    [Fact]
    public async Task A_denial_reaches_the_index_and_every_item_of_a_batch_or_transaction_and_ends_with_the_policy()
    {
        await PutAsync(Deny("\"*\""));

        await ShouldBeDenied("dynamodb:Query", Query);
        await ShouldBeDenied("dynamodb:BatchGetItem", () => worker.BatchGetItemAsync(
            new BatchGetItemRequest { RequestItems = new() { ["restored"] = new() { Keys = [Key()] } } }, Cancellation));
        await ShouldBeDenied("dynamodb:GetItem", () => worker.TransactGetItemsAsync(
            new TransactGetItemsRequest { TransactItems = [new() { Get = new() { TableName = "restored", Key = Key() } }] }, Cancellation));
        await worker.PutItemAsync("restored", Key(), Cancellation);
        await operators.GetItemAsync("restored", Key(), Cancellation);

        await operators.DeleteResourcePolicyAsync(new DeleteResourcePolicyRequest { ResourceArn = Arn }, Cancellation);
        await Get();
        await Query();
    }

    [Theory]
    [InlineData("""{"AWS":"arn:aws:iam::000000000000:role/worker"}""", true)]
    [InlineData("\"*\"", true)]
    [InlineData("""{"AWS":"000000000000"}""", false)]
    public async Task A_permission_of_the_table_is_enough_unless_it_is_the_accounts(string principal, bool allowed)
    {
        cloud.Allow("dynamodb:ListTables", "*");
        await PutAsync($$"""{"Statement":{"Effect":"Allow","Principal":{{principal}},"Action":"dynamodb:GetItem","Resource":"{{Arn}}"} }""");

        await (allowed ? Get() : ShouldBeDenied("dynamodb:GetItem", Get));
    }

    [Fact]
    public async Task Tags_and_policies_take_permissions_of_their_own()
    {
        cloud.Allow("dynamodb:TagResource dynamodb:GetResourcePolicy", Arn);

        await worker.TagResourceAsync(new TagResourceRequest { ResourceArn = Arn, Tags = [new() { Key = "gdpr-replay", Value = "pending" }] }, Cancellation);
        await Should.ThrowAsync<PolicyNotFoundException>(() => worker.GetResourcePolicyAsync(new GetResourcePolicyRequest { ResourceArn = Arn }, Cancellation));
        await ShouldBeDenied("dynamodb:ListTagsOfResource", () => worker.ListTagsOfResourceAsync(new ListTagsOfResourceRequest { ResourceArn = Arn }, Cancellation));
        await ShouldBeDenied("dynamodb:PutResourcePolicy", () => worker.PutResourcePolicyAsync(new PutResourcePolicyRequest { ResourceArn = Arn, Policy = Deny("\"*\"") }, Cancellation));
        await ShouldBeDenied("dynamodb:DeleteResourcePolicy", () => worker.DeleteResourcePolicyAsync(new DeleteResourcePolicyRequest { ResourceArn = Arn }, Cancellation));
    }

    [Theory]
    [InlineData("""{"Statement":{"Effect":"Deny","Action":"dynamodb:GetItem","Resource":"*"}}""", "Principal")]
    [InlineData("""{"Statement":{"Effect":"Deny","NotPrincipal":"*","Action":"dynamodb:GetItem","Resource":"*"}}""", "Principal")]
    [InlineData("""{"Statement":{"Effect":"Deny","Principal":{"AWS":"arn:aws:sts::000000000000:assumed-role/worker/s"},"Action":"dynamodb:GetItem","Resource":"*"}}""", "Principal")]
    [InlineData("""{"Statement":{"Effect":"Deny","Principal":"*","Action":"dynamodb:GetItem","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}}""", "IpAddress")]
    public async Task A_policy_that_could_not_be_evaluated_is_refused_when_it_is_put(string policy, string told)
    {
        var refused = await Should.ThrowAsync<AmazonDynamoDBException>(() => PutAsync(policy));

        refused.ErrorCode.ShouldBe("ValidationException");
        refused.Message.ShouldContain(told);
    }

    private static async Task ShouldBeDenied(string action, Func<Task> call)
    {
        var denied = await Should.ThrowAsync<AmazonDynamoDBException>(call);
        denied.ErrorCode.ShouldBe("AccessDeniedException");
        denied.Message.ShouldContain($"not authorized to perform: {action} on resource: {Arn}");
    }

    private static string Deny(string principal, string condition = "{}") => $$"""
        {"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{{principal}},"Action":["dynamodb:*GetItem*","dynamodb:Query","dynamodb:Scan"],
        "Resource":["{{Arn}}","{{Arn}}/index/*"],"Condition":{{condition}} }]}
        """;

    private static Dictionary<string, AttributeValue> Key() => new() { ["pk"] = new("a") };

    private Task<PutResourcePolicyResponse> PutAsync(string policy) => operators.PutResourcePolicyAsync(new PutResourcePolicyRequest { ResourceArn = Arn, Policy = policy }, Cancellation);

    private Task Get() => worker.GetItemAsync("restored", Key(), Cancellation);

    private Task Query() => worker.QueryAsync(
        new QueryRequest
        {
            TableName = "restored",
            IndexName = "by-owner",
            KeyConditionExpression = "#o = :o",
            ExpressionAttributeNames = new() { ["#o"] = "owner" },
            ExpressionAttributeValues = new() { [":o"] = new("ada") },
        },
        Cancellation);
}
