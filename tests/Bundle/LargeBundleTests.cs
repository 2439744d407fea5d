using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using ServerlessGdpr.Functions.Access;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Tests.Runtime;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Bundle;

/// <summary>The real binary packs two gigabytes in a process that is not allowed the memory for a tenth of them.</summary>
public sealed class LargeBundleTests(DynamoDbLocalProcess dynamoDb)
{
    private const int Files = 4;
    private const int Parts = 4, RecordsInPart = 50_000;
    private const long FileSize = 512L * 1024 * 1024;
    private const string HeapLimit = "0x8000000"; // 128 MiB
    private const long MemoryLimit = 256L * 1024 * 1024;
    private const string Table = "requests", AccessKey = "largebundle";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_gigabytes_and_200_000_records_are_packed_by_a_function_of_256_megabytes()
    {
        await using var exports = await GeneratedExports.StartAsync(Files, FileSize, RecordsInPart, Cancellation);
        await using var runtime = await FakeRuntimeApi.StartAsync(Cancellation);
        var endpoint = await dynamoDb.EndpointAsync(Cancellation);
        using var dynamo = new AmazonDynamoDBClient(
            new BasicAWSCredentials(AccessKey, "secret"), new AmazonDynamoDBConfig { ServiceURL = endpoint.ToString(), AuthenticationRegion = "eu-west-1" });
        var store = await AcceptAsync(dynamo);
        using var function = new BootstrapProcess(new Dictionary<string, string>
        {
            ["_HANDLER"] = "PackageBundle",
            ["AWS_LAMBDA_RUNTIME_API"] = runtime.Address,
            ["LAMBDA_TASK_ROOT"] = Path.Combine(RepositoryFolders.Root, "infra"),
            ["AWS_REGION"] = "eu-west-1",
            ["AWS_ACCESS_KEY_ID"] = AccessKey,
            ["AWS_SECRET_ACCESS_KEY"] = "secret",
            ["AWS_ENDPOINT_URL_DYNAMODB"] = endpoint.ToString(),
            ["AWS_ENDPOINT_URL_S3"] = exports.Endpoint,
            ["REQUESTS_TABLE"] = Table,
            ["EXPORT_BUCKET"] = "exports",
            ["BUNDLE_DAYS"] = "7",
            ["DOTNET_GCHeapHardLimit"] = HeapLimit,
        });

        runtime.Invoke("invocation-1", $$"""{"requestId":"{{ExportedSamples.RequestId}}","attempt":0}""", TimeProvider.System.GetUtcNow().AddMinutes(15));
        var answer = await runtime.ReportAsync(Cancellation);

        answer.Path.ShouldBe("invocation/invocation-1/response", answer.Body + answer.ErrorType);
        var bundle = (await store.GetAsync(ExportedSamples.RequestId, Cancellation)).ShouldNotBeNull().Bundle.ShouldNotBeNull();
        bundle.Size.ShouldBeGreaterThan(Files * FileSize);
        exports.Written.ShouldBe(bundle.Size);
        exports.IsCompleted.ShouldBeTrue();
        if (OperatingSystem.IsLinux()) function.PeakMemory().ShouldBeLessThan(MemoryLimit);
    }

    private static async Task<RequestStore> AcceptAsync(AmazonDynamoDBClient dynamo)
    {
        await dynamo.CreateTableAsync(
            new CreateTableRequest
            {
                TableName = Table,
                BillingMode = BillingMode.PAY_PER_REQUEST,
                KeySchema = [new("pk", KeyType.HASH), new("sk", KeyType.RANGE)],
                AttributeDefinitions = [new("pk", "S"), new("sk", "S")],
            },
            Cancellation);
        var store = new RequestStore(dynamo, Table, TimeProvider.System);
        var now = TimeProvider.System.GetUtcNow();
        await store.TryAcceptAsync(
            new RequestRecord
            {
                RequestId = ExportedSamples.RequestId,
                Source = "com.example.shop",
                SubjectRequestId = "6512bd43-d9ca-46e0-a8d1-5b2f7c9e0a11",
                Type = RequestTypes.Access,
                Regulation = "gdpr",
                ApiVersion = "2.0",
                DryRun = false,
                SubmittedAt = now,
                ReceivedAt = now,
                DueAt = now.AddMonths(1),
                Status = RequestStatuses.Exporting,
                DetailMac = "mac",
                EventId = "17793124-05d4-b198-2fde-7ededc63b103",
                Datastores = ["uploads", "orders"],
                Unreachable = new Dictionary<string, IReadOnlyList<string>>(),
            },
            [],
            Cancellation);
        var tasks = new TaskStore<ExportTask>(dynamo, Table);
        await tasks.CreateAsync(Exported("uploads", "s3") with { Found = Files, Parts = 1, Files = Files }, Cancellation);
        await tasks.CreateAsync(Exported("orders", "dynamodb") with { Found = Parts * RecordsInPart, Parts = Parts }, Cancellation);
        return store;
    }

    private static ExportTask Exported(string datastore, string kind) =>
        new() { RequestId = ExportedSamples.RequestId, Datastore = datastore, Kind = kind, State = TaskStates.Final, Outcome = Outcomes.Exported };
}
