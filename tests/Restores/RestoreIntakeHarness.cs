using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Functions.Restores.Copies;
using ServerlessGdpr.Functions.Restores.Recognition;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Runtime.Sqs;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Tests.Requests;
using ServerlessGdpr.Tests.Support;
using Xunit;

namespace ServerlessGdpr.Tests.Restores;

/// <summary>The intake of restores on DynamoDB Local, beside that of requests, with which it shares table, bus and workflows.</summary>
internal sealed class RestoreIntakeHarness(IntakeHarness intake) : IAsyncDisposable
{
    private readonly StringWriter metrics = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public IntakeHarness Intake => intake;

    public RestoreStore Restores => intake.Restores;

    public FakeWorkflows Workflows => intake.Workflows;

    public FakeEvents Events => intake.Events;

    public string Metrics => metrics.ToString();

    public WatchRestores Watch => new(Restores, Failures, Measure, intake.Time);

    private RecordReplayFailure Failures => new(Restores, intake.RestoreStatusEvents, intake.Replay, intake.Log.Of<RecordReplayFailure>());

    private Metrics Measure => new(metrics, intake.Time, "serverless-gdpr");

    public static async Task<RestoreIntakeHarness> CreateAsync(DynamoDbLocalProcess process) => new(await IntakeHarness.CreateAsync(process));

    public static string Sample(string name) => File.ReadAllText(Repository.PathOf("events", "restores", $"{name}.json"));

    /// <summary>A restore that announces its own id.</summary>
    public static string IdOf(string sample) => RestoreId.Of(RestoreIdentity.Of(RestoreSamples.Restore(sample)));

    /// <returns>Whether the message was taken off the queue.</returns>
    public async Task<bool> DeliverAsync(string body) => (await DeliverAsync([body])).BatchItemFailures.Count == 0;

    public Task<SqsBatchResponse> DeliverAsync(IEnumerable<string> bodies) => intake.HandleAsync(Receive(), bodies);

    public async Task<RestoreRecord> RestoreAsync(string restoreId) =>
        await Restores.GetAsync(restoreId, Cancellation) ?? throw new InvalidOperationException($"There is no restore {restoreId}.");

    /// <summary>Every restore there is.</summary>
    public async Task<IReadOnlyList<RestoreRecord>> AllAsync() =>
    [
        .. (await intake.Tables.ScanAsync(DynamoDbFixture.Requests, Cancellation))
            .Where(item => item["sk"].S == "restore").Select(RestoreItems.Read).OrderBy(restore => restore.RestoreId, StringComparer.Ordinal),
    ];

    /// <summary>The replay asks an operator.</summary>
    public async Task WaitAsync(string restoreId, string token, string? reason)
    {
        await Restores.SaveAsync((await RestoreAsync(restoreId)) with { Status = RestoreStatuses.Waiting, OperatorReason = reason, TaskToken = token }, Cancellation);
        Workflows.Waiting.Add(token);
    }

    public async ValueTask DisposeAsync()
    {
        await intake.DisposeAsync();
        metrics.Dispose();
    }

    private ReceiveRestore Receive()
    {
        var announce = new AnnounceRestore(
            new RestoreRecognition(RestoreSamples.Scope, new SampleCopies()),
            Restores,
            intake.Replay,
            new ResumeReplay(intake.RestoreDecisions, new(Workflows), intake.Log.Of<ResumeReplay>()),
            Measure,
            intake.Time,
            intake.Log.Of<AnnounceRestore>());
        return new ReceiveRestore(intake.Batches, announce, Failures, Measure, intake.Log.Of<ReceiveRestore>());
    }

    private sealed class SampleCopies : ICopies
    {
        public Task<IReadOnlyList<string>> DatastoresOfAsync(string arn, CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyList<string>>(arn == RestoreSamples.Copy ? ["customers"] : []);
    }
}
