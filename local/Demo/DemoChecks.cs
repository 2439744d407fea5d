using ServerlessGdpr.Local.Commands;
using ServerlessGdpr.Local.StepFunctions;

namespace ServerlessGdpr.Local.Demo;

/// <summary>The promises that the demo checks by reading the stores itself, before and after.</summary>
internal sealed class DemoChecks
{
    private readonly LocalSession session;
    private readonly RunLog log;
    private readonly StoreReader reader;
    private readonly Identifiers subject;
    private readonly IReadOnlyList<StoredRecord> before;
    private readonly HashSet<(string Store, string Key)> ofSubject;

    private DemoChecks(LocalSession session, RunLog log, StoreReader reader, Person person, IReadOnlyList<StoredRecord> before)
    {
        this.session = session;
        this.log = log;
        this.reader = reader;
        this.before = before;
        subject = Identifiers.Of(person);
        ofSubject = [.. before.Where(record => subject.AreIn(record.Key) || subject.AreIn(record.Content)).Select(record => (record.Store, record.Key))];
    }

    public static async Task<DemoChecks> PrepareAsync(LocalSession session, RunLog log, CancellationToken cancellation)
    {
        var person = session.Shop?.Subject ?? throw new InvalidOperationException("The demo needs a seeded shop.");
        var stores = new StoreReader(session.Clients);
        var records = await ReadShopAsync(stores, cancellation);
        var checks = new DemoChecks(session, log, stores, person, records);
        log.Line($"Read {records.Count} records of the shop before the erasure; {checks.ofSubject.Count} of them are the sample's person's");
        return checks;
    }

    public async Task<IReadOnlyList<CheckResult>> RunAsync(IReadOnlyList<RequestResult> results, CancellationToken cancellation)
    {
        var after = await ReadShopAsync(reader, cancellation);
        var places = await new IdentifierSearch(session, log).FindAsync(subject, cancellation);
        foreach (var place in places) log.Line($"An identifier of the person is in {place}", "red");
        return
        [
            .. StoresAreEmpty(after),
            new("other people's records are unchanged, byte by byte", OthersAreUnchanged(after)),
            new("the person's orders are still counted, without the person", OrdersAreKept(after)),
            new("no identifier of the person is outside vault, ledger and the person's own bundle", places.Count == 0),
            new("the vault has forgotten the request", await CountAsync("Vault", cancellation) == 0),
            new("the ledger remembers the erasure of every datastore", await CountAsync("Ledger", cancellation) == results.Sum(request => request.Datastores.Count)),
            new("the bus was told that the request is completed", results is [{ Status: "completed" }]),
            new("one request became one execution, and it has succeeded", Executions() is [{ Standing.Status: StepFunctions.Running.ExecutionStatus.Succeeded }]),
        ];
    }

    private static async Task<IReadOnlyList<StoredRecord>> ReadShopAsync(StoreReader reader, CancellationToken cancellation) =>
    [
        .. await reader.ReadTableAsync(Shop.CustomersTable, cancellation),
        .. await reader.ReadTableAsync(Shop.OrdersTable, cancellation),
        .. await reader.ReadBucketAsync(Shop.UploadsBucket, cancellation),
    ];

    private IEnumerable<CheckResult> StoresAreEmpty(IReadOnlyList<StoredRecord> after) =>
        new[] { Shop.CustomersTable, Shop.OrdersTable, Shop.UploadsBucket }.Select(store => new CheckResult(
            $"nothing of the person is in {store}",
            !after.Any(record => record.Store == store && (subject.AreIn(record.Content) || subject.AreIn(record.Key)))));

    /// <summary>The data map says that orders are anonymised, not deleted.</summary>
    private bool OrdersAreKept(IReadOnlyList<StoredRecord> after) =>
        after.Select(record => (record.Store, record.Key)).ToHashSet().IsSupersetOf(ofSubject.Where(record => record.Store == Shop.OrdersTable));

    private bool OthersAreUnchanged(IReadOnlyList<StoredRecord> after) => Others(before).SetEquals(Others(after));

    private HashSet<(string Store, string Key, string Hash)> Others(IReadOnlyList<StoredRecord> records) =>
        [.. records.Where(record => !ofSubject.Contains((record.Store, record.Key))).Select(record => (record.Store, record.Key, record.Hash))];

    private async Task<int> CountAsync(string logicalIdPrefix, CancellationToken cancellation) =>
        (await reader.ReadTableAsync(session.Deployments.Only("AWS::DynamoDB::Table", logicalIdPrefix).Ref, cancellation)).Count;

    private IReadOnlyList<StepFunctions.Running.Execution> Executions() =>
        [.. session.Cloud.Get<Executions>().Of(session.Deployments.Stack("ServerlessGdpr-Workflow").Outputs["ErasureWorkflowArn"])];
}
