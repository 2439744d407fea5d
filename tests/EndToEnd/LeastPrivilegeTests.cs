using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using ServerlessGdpr.Functions;
using ServerlessGdpr.Local.CloudFormation;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Iam;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>P7: each function does its work with its own role and reaches nothing else. Where a role lacks something, that is seen.</summary>
public sealed class LeastPrivilegeTests(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb) : SystemTest(app, dynamoDb)
{
    [Fact]
    public async Task A_datastores_function_opens_its_own_identities_and_no_others()
    {
        await SealAsync();
        using var customers = new Callers(Live, RoleOf("customers"));
        var (own, others) = (await SealedAsync("customers"), await SealedAsync("orders"));

        (await customers.VaultItemAsync("customers")).ShouldNotBeEmpty();
        (await customers.OpenAsync(own, "customers")).Length.ShouldBe(32);

        await ShouldBeDenied(() => customers.VaultItemAsync("orders"));
        await ShouldBeDenied(() => customers.VaultItemAsync("@request"));
        await ShouldBeDenied(() => customers.OpenAsync(others, "orders"));
    }

    [Fact]
    public async Task A_datastores_function_reaches_its_own_datastore_and_no_other_store()
    {
        using var customers = new Callers(Live, RoleOf("customers"));
        using var uploads = new Callers(Live, RoleOf("uploads"));

        await customers.DynamoDb.DescribeTableAsync(Shop.Customers, Cancellation);
        (await uploads.S3.ListVersionsAsync(Shop.Uploads, Cancellation)).Versions.ShouldNotBeEmpty();

        foreach (var table in new[] { Shop.Orders, Live.Stores.Requests, Live.Stores.Ledger })
            await ShouldBeDenied(() => customers.DynamoDb.DescribeTableAsync(table, Cancellation));
        await ShouldBeDenied(() => customers.DynamoDb.ScanAsync(new ScanRequest { TableName = Shop.Customers }, Cancellation));
        await ShouldBeDenied(() => customers.DynamoDb.ScanAsync(new ScanRequest { TableName = Live.Stores.Vault }, Cancellation));
        await ShouldBeDenied(() => customers.S3.ListVersionsAsync(Shop.Uploads, Cancellation));
        await ShouldBeDenied(() => uploads.DynamoDb.DescribeTableAsync(Shop.Customers, Cancellation));
        await ShouldBeDenied(() => uploads.S3.ListVersionsAsync(Live.Stores.Evidence, Cancellation));
        await ShouldBeDenied(() => uploads.S3.GetObjectAsync(Shop.Uploads, "products/1.jpg", Cancellation));
        await ShouldBeDenied(() => uploads.S3.GetObjectAsync(Live.Stores.Exports, "parts/uploads/x", Cancellation));
        await ShouldBeDenied(() => uploads.S3.PutObjectAsync(new() { BucketName = Live.Stores.Exports, Key = "parts/customers/x", ContentBody = "x" }, Cancellation));
        await ShouldBeDenied(() => uploads.S3.DeleteObjectAsync(Shop.Uploads, "products/1.jpg", Cancellation));
    }

    [Fact]
    public async Task A_datastores_function_reaches_copies_with_the_name_that_its_entry_says_and_no_others()
    {
        using var customers = new Callers(Live, RoleOf("customers"));
        using var uploads = new Callers(Live, RoleOf("uploads"));
        var (table, bucket) = ($"{Shop.Customers}-restored-1", $"{Shop.Uploads}-restored-1");
        await Live.DynamoDb.CreateTableAsync(
            new CreateTableRequest
            {
                TableName = table,
                BillingMode = BillingMode.PAY_PER_REQUEST,
                KeySchema = [new("customer_id", KeyType.HASH)],
                AttributeDefinitions = [new("customer_id", "S")],
            },
            Cancellation);
        await Live.S3.PutBucketAsync(bucket, Cancellation);
        await Live.S3.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = "customers/C-1/x", ContentBody = "x" }, Cancellation);

        await customers.DynamoDb.DescribeTableAsync(table, Cancellation);
        await customers.DynamoDb.BatchWriteItemAsync(
            new Dictionary<string, List<WriteRequest>> { [table] = [new(new DeleteRequest(new() { ["customer_id"] = new("C-1") }))] }, Cancellation);
        (await uploads.S3.ListVersionsAsync(bucket, Cancellation)).Versions.ShouldHaveSingleItem();
        await uploads.S3.DeleteObjectAsync(bucket, "customers/C-1/x", Cancellation);

        await ShouldBeDenied(() => customers.DynamoDb.ScanAsync(new ScanRequest { TableName = table }, Cancellation));
        await ShouldBeDenied(() => customers.DynamoDb.DescribeTableAsync($"{Shop.Orders}-restored-1", Cancellation));
        await ShouldBeDenied(() => customers.S3.ListVersionsAsync(bucket, Cancellation));
        await ShouldBeDenied(() => uploads.S3.DeleteObjectAsync(bucket, "products/1.jpg", Cancellation));
    }

    [Fact]
    public async Task The_replays_workflow_marks_and_closes_restored_tables_under_their_own_names_too_and_can_do_nothing_else_to_any()
    {
        var copy = $"{Shop.Customers}-restored-1";
        var tables = new RestoredTables(Live.DynamoDb);
        var backup = await tables.BackUpAsync(Shop.Customers, Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromMinutes(1), Cancellation);
        await tables.RestoreAsync(backup, copy, Cancellation);
        await Live.RestoreStatusAsync("clean", Cancellation);
        using var workflow = new Callers(Live, Live.Cloud.Get<Deployments>().Only("AWS::IAM::Role", "ReplayRole").Arn);

        foreach (var table in new[] { copy, Shop.Customers, Shop.Orders })
        {
            var arn = (await workflow.DynamoDb.DescribeTableAsync(table, Cancellation)).Table.TableArn;
            await workflow.DynamoDb.TagResourceAsync(Tag(arn), Cancellation);
            await workflow.DynamoDb.PutResourcePolicyAsync(new PutResourcePolicyRequest { ResourceArn = arn, Policy = OpenTo(arn) }, Cancellation);
            await workflow.DynamoDb.DeleteResourcePolicyAsync(new DeleteResourcePolicyRequest { ResourceArn = arn }, Cancellation);
            await ShouldNotBeUsed(table);
        }

        foreach (var table in new[] { Live.Stores.Requests, Live.Stores.Ledger, Live.Stores.Vault })
        {
            var own = (await Live.DynamoDb.DescribeTableAsync(table, Cancellation)).Table.TableArn;
            await ShouldBeDenied(() => workflow.DynamoDb.DescribeTableAsync(table, Cancellation));
            await ShouldBeDenied(() => workflow.DynamoDb.TagResourceAsync(Tag(own), Cancellation));
            await ShouldBeDenied(() => workflow.DynamoDb.PutResourcePolicyAsync(new PutResourcePolicyRequest { ResourceArn = own, Policy = OpenTo(own) }, Cancellation));
            await ShouldBeDenied(() => workflow.DynamoDb.DeleteResourcePolicyAsync(new DeleteResourcePolicyRequest { ResourceArn = own }, Cancellation));
            await ShouldNotBeUsed(table);
        }

        await ShouldBeDenied(() => workflow.S3.ListVersionsAsync(Shop.Uploads, Cancellation));
        await ShouldBeDenied(() => workflow.S3.GetObjectAsync(Live.Stores.Evidence, "ledger/x", Cancellation));

        async Task ShouldNotBeUsed(string table)
        {
            await ShouldBeDenied(() => workflow.DynamoDb.ScanAsync(new ScanRequest { TableName = table }, Cancellation));
            await ShouldBeDenied(() => workflow.DynamoDb.DeleteItemAsync(table, new() { ["customer_id"] = new("C-1") }, Cancellation));
            await ShouldBeDenied(() => workflow.DynamoDb.DeleteTableAsync(table, Cancellation));
        }

        static Amazon.DynamoDBv2.Model.TagResourceRequest Tag(string arn) => new() { ResourceArn = arn, Tags = [new() { Key = "gdpr-replay", Value = "clean" }] };
        static string OpenTo(string arn) =>
            $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000000:root"},"Action":"dynamodb:Scan","Resource":"{{arn}}"}]}""";
    }

    [Fact]
    public async Task A_datastores_function_reads_its_own_part_of_the_ledger_and_writes_none()
    {
        using var customers = new Callers(Live, RoleOf("customers"));
        static Dictionary<string, AttributeValue> Entry(string datastore) => new() { ["pk"] = new($"{datastore}#{AdasRequest}"), ["sk"] = new("entry") };

        await customers.DynamoDb.GetItemAsync(Live.Stores.Ledger, Entry("customers"), Cancellation);

        await ShouldBeDenied(() => customers.DynamoDb.GetItemAsync(Live.Stores.Ledger, Entry("orders"), Cancellation));
        await ShouldBeDenied(() => customers.DynamoDb.PutItemAsync(Live.Stores.Ledger, Entry("customers"), Cancellation));
        await ShouldBeDenied(() => customers.DynamoDb.DeleteItemAsync(Live.Stores.Ledger, Entry("customers"), Cancellation));
    }

    [Theory]
    [InlineData(HandlerNames.PlanErasure)]
    [InlineData(HandlerNames.AdvanceErasure)]
    [InlineData(HandlerNames.CompleteRequest)]
    [InlineData(HandlerNames.ReceiveRequest)]
    [InlineData(HandlerNames.DrainDeadLetters)]
    [InlineData(HandlerNames.WatchDeadlines)]
    [InlineData(HandlerNames.AskOperator)]
    public async Task No_function_of_the_workflow_opens_identities(string handler)
    {
        await SealAsync();
        using var function = new Callers(Live, RoleOf(handler));

        await ShouldBeDenied(async () => await function.OpenAsync(await SealedAsync("customers"), "customers"));
        await ShouldBeDenied(() => function.DynamoDb.DescribeTableAsync(Shop.Customers, Cancellation));
    }

    [Theory]
    [InlineData(HandlerNames.PlanErasure)]
    [InlineData(HandlerNames.CompleteRequest)]
    public async Task Evidence_is_neither_read_nor_removed_by_who_writes_it(string handler)
    {
        await PublishAsync("erasure-requested.json");
        await Live.StatusAsync("completed", Cancellation);
        var evidence = (await Live.S3.ListVersionsAsync(Live.Stores.Evidence, "ledger/", Cancellation)).Versions[0];
        using var function = new Callers(Live, RoleOf(handler));

        await ShouldBeDenied(() => function.S3.GetObjectAsync(Live.Stores.Evidence, evidence.Key, Cancellation));
        await ShouldBeDenied(() => function.S3.DeleteObjectAsync(Live.Stores.Evidence, evidence.Key, evidence.VersionId, Cancellation));
        await ShouldBeDenied(() => function.S3.ListVersionsAsync(Live.Stores.Evidence, Cancellation));
    }

    /// <summary>What a datastore's function lacks leaves its task to an operator; once it is given, the operator's word finishes the erasure.</summary>
    [Theory]
    [InlineData("customers", "dynamodb:BatchWriteItem")]
    [InlineData("orders", "dynamodb:UpdateItem")]
    [InlineData("uploads", "s3:ListBucketMultipartUploads")]
    [InlineData("uploads", "s3:DeleteObjectVersion")]
    [InlineData("customers", "kms:Decrypt")]
    public async Task Without_a_permission_a_datastore_waits_for_an_operator_who_can_finish_it(string datastore, string action)
    {
        var restore = Revoke(RoleOf(datastore), action);

        await PublishAsync("erasure-requested.json");
        (await WaitingAsync())["waiting"]!.AsArray().Select(name => (string?)name).ShouldBe([datastore]);
        restore();
        await PublishAsync("operator-decided-retry.json");
        await Live.StatusAsync("completed", Cancellation);
        (await AdaAsync()).ShouldBe(Holdings.Nothing);
    }

    [Theory]
    [InlineData(HandlerNames.PlanErasure, "s3:PutObject")]
    [InlineData(HandlerNames.PlanErasure, "s3:PutObjectRetention")]
    [InlineData(HandlerNames.PlanErasure, "kms:GenerateDataKey")]
    [InlineData(HandlerNames.PlanErasure, "dynamodb:Query")]
    [InlineData(HandlerNames.AdvanceErasure, "dynamodb:DeleteItem")]
    [InlineData(HandlerNames.CompleteRequest, "dynamodb:UpdateItem")]
    public async Task Without_a_permission_of_the_workflows_functions_the_request_fails_visibly(string handler, string action)
    {
        Revoke(RoleOf(handler), action);

        await PublishAsync("erasure-requested.json");

        await Live.StatusAsync("failed", Cancellation);
    }

    [Theory]
    [InlineData("dynamodb:ConditionCheckItem")]
    [InlineData("kms:GenerateDataKey")]
    [InlineData("kms:GenerateMac")]
    public async Task An_event_that_intake_lacks_a_permission_for_ends_as_a_dead_letter(string action)
    {
        Revoke(RoleOf(HandlerNames.ReceiveRequest), action);

        await PublishAsync("erasure-requested.json");

        await Live.DeadLetterAsync(Cancellation);
    }

    [Fact]
    public async Task Where_intake_may_not_start_the_workflow_the_hourly_watch_does()
    {
        Revoke(RoleOf(HandlerNames.ReceiveRequest), "states:StartExecution");

        await PublishAsync("erasure-requested.json");

        await Live.StatusAsync("completed", Cancellation, TimeSpan.FromHours(6));
    }

    [Fact]
    public async Task Without_the_permission_to_invoke_the_workflow_fails_visibly()
    {
        Revoke(Live.Cloud.Get<Deployments>().Only("AWS::IAM::Role", "ErasureRole").Arn, "lambda:InvokeFunction");

        await PublishAsync("erasure-requested.json");

        await Live.StatusAsync("failed", Cancellation);
    }

    private static async Task ShouldBeDenied(Func<Task> call) =>
        (await Should.ThrowAsync<AmazonServiceException>(call)).ErrorCode.ShouldBeOneOf("AccessDenied", "AccessDeniedException");

    /// <param name="name">A handler's name or a datastore's.</param>
    private string RoleOf(string name) => Live.Function(name).Role;

    /// <summary>Takes an action out of everything a role is allowed.</summary>
    /// <returns>Gives it back.</returns>
    private Action Revoke(string roleArn, string action)
    {
        var role = Live.Cloud.Get<IamStore>().Role(roleArn);
        var whole = role.InlinePolicies;
        foreach (var policy in whole) role.Put(new IamPolicy(policy.Name, Without(policy.Document, action)));
        return () =>
        {
            foreach (var policy in whole) role.Put(policy);
        };
    }

    private static JsonObject Without(JsonObject document, string action)
    {
        var statements = new JsonArray();
        var found = false;
        foreach (var statement in document["Statement"]!.AsArray())
        {
            var copy = statement!.DeepClone().AsObject();
            var actions = copy["Action"] is JsonArray many ? many.Select(one => (string)one!).ToList() : [(string)copy["Action"]!];
            found |= actions.Remove(action);
            copy["Action"] = new JsonArray([.. actions.Select(one => JsonValue.Create(one))]);
            if (actions.Count > 0) statements.Add(copy);
        }

        found.ShouldBeTrue($"The role was never allowed {action}.");
        return new JsonObject { ["Statement"] = statements };
    }

    /// <summary>Takes a request in, so that there are identities in the vault, and keeps them there.</summary>
    private async Task SealAsync()
    {
        Revoke(RoleOf(HandlerNames.ReceiveRequest), "states:StartExecution");
        await PublishAsync("erasure-requested.json");
        await Live.Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromMinutes(1), Cancellation);
    }

    /// <summary>The data key of what was sealed for a datastore, as KMS wrapped it.</summary>
    private async Task<byte[]> SealedAsync(string datastore)
    {
        var item = await Live.DynamoDb.GetItemAsync(
            Live.Stores.Vault, new Dictionary<string, AttributeValue> { ["pk"] = new($"{datastore}#{AdasRequest}"), ["sk"] = new("identities") }, Cancellation);
        var envelope = item.Item.Values.Single(value => value.B is not null).B.ToArray();
        // Version (1 byte), length of the wrapped key (2 bytes), wrapped key.
        return envelope[3..(3 + (envelope[1] << 8) + envelope[2])];
    }

    /// <summary>Clients with a function's credentials.</summary>
    private sealed class Callers : IDisposable
    {
        private readonly DeployedSystem system;

        public Callers(DeployedSystem system, string roleArn)
        {
            this.system = system;
            var credentials = new BasicAWSCredentials(AccessKeys.Of(roleArn), "secret");
            var endpoint = system.Cloud.Endpoint.ToString();
            DynamoDb = new AmazonDynamoDBClient(credentials, new AmazonDynamoDBConfig { ServiceURL = endpoint, AuthenticationRegion = CloudOptions.Region });
            S3 = new AmazonS3Client(credentials, new AmazonS3Config { ServiceURL = endpoint, AuthenticationRegion = CloudOptions.Region, ForcePathStyle = true });
            Kms = new AmazonKeyManagementServiceClient(
                credentials, new AmazonKeyManagementServiceConfig { ServiceURL = endpoint, AuthenticationRegion = CloudOptions.Region });
        }

        public AmazonDynamoDBClient DynamoDb { get; }

        public AmazonS3Client S3 { get; }

        private AmazonKeyManagementServiceClient Kms { get; }

        public async Task<Dictionary<string, AttributeValue>> VaultItemAsync(string owner) => (await DynamoDb.GetItemAsync(
            system.Stores.Vault, new Dictionary<string, AttributeValue> { ["pk"] = new($"{owner}#{AdasRequest}"), ["sk"] = new("identities") }, Cancellation)).Item;

        public async Task<byte[]> OpenAsync(byte[] wrapped, string datastore)
        {
            var answer = await Kms.DecryptAsync(
                new DecryptRequest
                {
                    CiphertextBlob = new MemoryStream(wrapped),
                    EncryptionContext = new() { ["request"] = AdasRequest, ["datastore"] = datastore },
                },
                Cancellation);
            return answer.Plaintext.ToArray();
        }

        public void Dispose()
        {
            DynamoDb.Dispose();
            S3.Dispose();
            Kms.Dispose();
        }
    }
}
