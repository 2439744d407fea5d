using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Erasure;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Restores.Copies;
using ServerlessGdpr.Functions.Restores.Replay;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Vault;
using ServerlessGdpr.Tests.Requests;
using Xunit;
using Decision = ServerlessGdpr.Functions.Erasure.Decision;

namespace ServerlessGdpr.Tests.Erasure;

/// <summary>The workflow's own functions on real stores, called one after the other as the workflow would. The datastores' answers are made up by the tests.</summary>
internal sealed class ErasureHarness(IAmazonDynamoDB dynamo, EvidenceBucket evidence, string ledgerTable, TimeProvider time)
{
    public const string Request = "8f14e45f-ceea-4c7a-9b3d-2f6a1c5d7e90-0a1b2c3d";
    public const int RetentionDays = 35;
    private const string Requests = "erasure-requests", Vault = "erasure-vault";

    private static readonly DataMap Map = Samples.DataMap with
    {
        Datastores = [Samples.Datastore("customers", "dynamodb") with { After = ["orders"] }, Samples.Datastore("orders", "dynamodb")],
    };

    public static readonly string LocationOfCustomers = Map.Datastores[0].Location;

    private static readonly Dictionary<string, string> Functions = Map.Datastores.ToDictionary(entry => entry.Name, entry => $"function-of-{entry.Name}");

    public FakeEvents Events { get; } = new();

    public CopyStore Copies => new(dynamo, Requests, [.. Functions.Keys]);

    public ErasureLedger Ledger => new(dynamo, evidence, ledgerTable, time);

    public TaskStore<ErasureTask> Tasks => new(dynamo, Requests);

    private RequestStore Store => new(dynamo, Requests, time);

    private AcceptanceOrder Order => new(dynamo, Requests, Store, time);

    private Turns Turns => new(Order, new Metrics(TextWriter.Null, time, "test"), time);

    private VaultEntries Entries => new(dynamo, Vault);

    private StatusEvents Status => new(Events, "bus");

    private Invocation Invocation => new("invocation-1", null, time.GetUtcNow().AddMinutes(1));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async Task AcceptAsync(bool dryRun = false, params IReadOnlyList<string> identityMacs)
    {
        foreach (var table in new[] { Requests, Vault })
        {
            await dynamo.CreateTableAsync(
                new CreateTableRequest
                {
                    TableName = table,
                    BillingMode = BillingMode.PAY_PER_REQUEST,
                    KeySchema = [new("pk", KeyType.HASH), new("sk", KeyType.RANGE)],
                    AttributeDefinitions = [new("pk", "S"), new("sk", "S")],
                },
                Cancellation);
        }

        var now = time.GetUtcNow();
        var request = new RequestRecord
        {
            RequestId = Request,
            Source = "com.example.shop",
            SubjectRequestId = "8f14e45f-ceea-4c7a-9b3d-2f6a1c5d7e90",
            Type = "erasure",
            Regulation = "gdpr",
            ApiVersion = "2.0",
            DryRun = dryRun,
            SubmittedAt = now,
            ReceivedAt = now,
            DueAt = now.AddMonths(1),
            Status = RequestStatuses.Pending,
            DetailMac = "mac",
            EventId = "17793124-05d4-b198-2fde-7ededc63b103",
            Datastores = [.. Functions.Keys],
            Unreachable = new Dictionary<string, IReadOnlyList<string>>(),
            IdentityMacs = identityMacs,
        };
        var sealedItems = Functions.Keys.Select(name => new Put
        {
            TableName = Vault,
            Item = new(VaultKeys.Identities(name, Request)) { [VaultKeys.Sealed] = Items.Binary("sealed"u8.ToArray()) },
        });
        await Store.TryAcceptAsync(request, sealedItems, Cancellation);
    }

    public Task RegisterAsync(string arn, string resourceId = "id-1") => Copies.RegisterAsync(
        new RestoredCopy { Datastore = "customers", Arn = arn, ResourceId = resourceId, RestoreId = "restore-1", RegisteredAt = time.GetUtcNow() }, Cancellation);

    public Task<ErasureState> PlanAsync(int attempt = 0, params string[] datastores) => new PlanErasure(Store, Tasks, Copies, Ledger, Entries, Map, Turns, Status).HandleAsync(
        new PlanRequest
        {
            RequestId = Request,
            Attempt = attempt,
            Functions = Functions,
            Input = new() { RequestId = Request, Attempt = attempt, Datastores = datastores.Length > 0 ? datastores : null },
        },
        Invocation,
        Cancellation);

    /// <summary>Records a round in which every task that was handed out came to what <paramref name="result"/> says.</summary>
    public Task<ErasureState> AdvanceAsync(ErasureState state, Func<TaskReference, TaskResult> result) => AdvanceAsync(state, [.. state.Tasks.Select(result)], null);

    public Task<ErasureState> DecideAsync(ErasureState state, string decision, string? reason = null, params string[] datastores) =>
        AdvanceAsync(state, null, new Decision { Kind = decision, Reason = reason, Datastores = datastores });

    public Task CompleteAsync(int attempt = 0) => new CompleteRequest(Store, Tasks, Ledger, evidence, Entries, Order, Status, time)
        .HandleAsync(new CompleteRequestInput { RequestId = Request, Attempt = attempt }, Invocation, Cancellation);

    /// <summary>A replay selected the person.</summary>
    public Task ReplayAsync(string datastore = "customers") => new ExtendMemory(Ledger, Store, Tasks, Status, Map, time).HandleAsync(
        new ExtendRequest { Datastore = datastore, Subjects = [VaultKeys.LedgerReference(Request)] }, Invocation, Cancellation);

    public async Task<RequestRecord> RequestAsync() => (await Store.GetAsync(Request, Cancellation))!;

    /// <summary>As if the person's first requests had been forgotten a year after they ended, and another request had come since.</summary>
    public async Task ForgetOrderAsync(string mac)
    {
        var item = RequestItems.SubjectKey(mac);
        item["request#another"] = Items.Number(1);
        item["next"] = Items.Number(2);
        await dynamo.PutItemAsync(Requests, item, Cancellation);
    }

    public async Task<IReadOnlyList<string>> VaultAsync() =>
        [.. ((await dynamo.ScanAsync(new ScanRequest(Vault) { ConsistentRead = true }, Cancellation)).Items ?? []).Select(item => $"{item["pk"].S.Split('#')[0]} {item["sk"].S}")];

    public Task SaveResumeAsync(string datastore, string operation, string? target) => dynamo.PutItemAsync(
        Vault, new(VaultKeys.Resume(new ResumeKey(datastore, Request, operation, target))) { [VaultKeys.Sealed] = Items.Binary("state"u8.ToArray()) }, Cancellation);

    public Task<LedgerEntry?> EntryAsync(string datastore = "customers") => Ledger.GetAsync(datastore, Request, Cancellation);

    public static TaskResult Erased(TaskReference task) => ResultOf(task) with
    {
        Erase = new() { Outcome = Outcomes.Erased, Found = 2, Erased = 2 },
        Verify = new() { Outcome = Outcomes.NotFound, Evidence = new Dictionary<string, string> { ["reads"] = "consistent" } },
    };

    public static TaskResult Failed(TaskReference task) => ResultOf(task) with { Failure = new() { Error = "DatastoreAccessDenied" } };

    public static TaskResult Exempt(TaskReference task, DateTimeOffset until) =>
        ResultOf(task) with { Verify = new() { Outcome = Outcomes.Exempt, Exempt = 1, ExemptUntil = until } };

    public static TaskResult Counted(TaskReference task) => ResultOf(task) with { Verify = new() { Outcome = Outcomes.Remaining, Found = 2, Remaining = 2 } };

    private static TaskResult ResultOf(TaskReference task) => new() { Datastore = task.Datastore, Name = task.Name };

    private Task<ErasureState> AdvanceAsync(ErasureState state, IReadOnlyList<TaskResult>? results, Decision? decision) =>
        new AdvanceErasure(Store, Tasks, Ledger, Entries, time).HandleAsync(
            new AdvanceRequest { RequestId = Request, Attempt = state.Attempt, Round = state.Round, Functions = Functions, Results = results, Decision = decision },
            Invocation,
            Cancellation);
}
