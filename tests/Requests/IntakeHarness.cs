using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Runtime.Sqs;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Tests.Support;
using Xunit;

namespace ServerlessGdpr.Tests.Requests;

/// <summary>Intake on DynamoDB Local, with our own ports faked and every log line kept.</summary>
internal sealed class IntakeHarness : IAsyncDisposable
{
    private readonly RecordedLogs logs = new();
    private readonly DynamoDbFixture dynamo;
    private int messages;

    private IntakeHarness(DynamoDbFixture dynamo) => this.dynamo = dynamo;

    public DynamoDbFixture Tables => dynamo;

    public SettableTime Time { get; } = new(Samples.Now);

    public FakeEvents Events { get; } = new();

    public FakeWorkflows Workflows { get; } = new();

    public FakeEnvelope Envelope { get; } = new();

    public DataMap DataMap { get; set; } = Samples.DataMap;

    public IReadOnlyList<string> Logs => logs.Lines;

    public RecordedLogs Log => logs;

    public BatchProcessor Batches => new(logs.Of<BatchProcessor>());

    public RecordExecutionFailure Failures => new(Store, StatusEvents(), Workflow, logs.Of<RecordExecutionFailure>());

    private WorkflowStarter Workflow => new(Workflows, new(FakeWorkflows.Arn, FakeWorkflows.AccessArn), logs.Of<WorkflowStarter>());

    public RestoreStore Restores => new(dynamo.Client, DynamoDbFixture.Requests);

    public RestoreDecisions RestoreDecisions => new(Restores, new(dynamo.Client, DynamoDbFixture.Requests, Time));

    public RestoreStatusEvents RestoreStatusEvents => new(Events, "bus");

    public ReplayStarter Replay => new(Workflows, FakeWorkflows.ReplayArn, logs.Of<ReplayStarter>());

    public Invocation Invocation => new("invocation-1", null, Time.Now.AddMinutes(1));

    public RequestStore Store => new(dynamo.Client, DynamoDbFixture.Requests, Time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<IntakeHarness> CreateAsync(DynamoDbLocalProcess process) =>
        new(await DynamoDbFixture.CreateAsync(process, Cancellation));

    /// <summary>Delivers one message.</summary>
    /// <returns>Whether it was taken off the queue.</returns>
    public async Task<bool> DeliverAsync(string body) => (await DeliverAsync([body])).BatchItemFailures.Count == 0;

    public Task<SqsBatchResponse> DeliverAsync(IEnumerable<string> bodies) => HandleAsync(Receive(), bodies);

    public Task<SqsBatchResponse> DrainAsync(params SqsMessage[] letters)
    {
        var deadLetters = new DeadLetterStore(dynamo.Client, Envelope, DynamoDbFixture.Requests, DynamoDbFixture.Vault, Time);
        var drain = new DrainDeadLetters(Batches, deadLetters, Store, Restores, StatusEvents(), RestoreStatusEvents, logs.Of<DrainDeadLetters>());
        return drain.HandleAsync(new SqsEvent { Records = letters }, Invocation, Cancellation);
    }

    /// <summary>What the workflow does before its first task.</summary>
    public async Task<bool> BeginAsync(string requestId) =>
        await Store.TryBeginAsync(await Store.GetAsync(requestId, Cancellation) ?? throw new InvalidOperationException("There is no such request."), Cancellation);

    public Task<RequestRecord?> RequestAsync() => Store.GetAsync(Samples.RequestId, Cancellation);

    /// <summary>The vault's entry, opened; null when there is none.</summary>
    public async Task<JsonNode?> OpenAsync(string datastore, string requestId)
    {
        var (pk, sk) = datastore == "@request" ? ($"@request#{requestId}", "callbacks") : ($"{datastore}#{requestId}", "identities");
        if (await dynamo.GetAsync(DynamoDbFixture.Vault, pk, sk, Cancellation) is not { } item) return null;
        return JsonNode.Parse(await Envelope.OpenAsync(requestId, datastore, item["sealed"].B.ToArray(), Cancellation));
    }

    /// <summary>Everything that was stored in plain, published, started or logged.</summary>
    public async Task<string> EverythingVisibleAsync()
    {
        var text = new StringBuilder();
        foreach (var table in new[] { DynamoDbFixture.Requests, DynamoDbFixture.Vault })
        {
            foreach (var item in await dynamo.ScanAsync(table, Cancellation)) text.AppendLine(Amazon.DynamoDBv2.DocumentModel.Document.FromAttributeMap(item).ToJson());
        }

        foreach (var line in Logs.Concat(Events.Published.Select(detail => detail.ToJsonString())).Concat(Workflows.Executions.Keys).Concat(Workflows.Executions.Values))
            text.AppendLine(line);
        return text.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await dynamo.DisposeAsync();
        logs.Dispose();
    }

    private ReceiveRequest Receive()
    {
        var workflow = Workflow;
        var rejections = new Rejections(dynamo.Client, DynamoDbFixture.Requests, StatusEvents(), Time, logs.Of<Rejections>());
        var accept = new AcceptRequest(
            new RequestValidator(DataMap, Time),
            new FakeMac(),
            new RequestSealer(Envelope, DynamoDbFixture.Vault),
            Store,
            rejections,
            StatusEvents(),
            workflow,
            Time,
            logs.Of<AcceptRequest>());
        return new ReceiveRequest(
            Batches,
            accept,
            new CancelRequest(Store, rejections, StatusEvents(), workflow, logs.Of<CancelRequest>()),
            new ApplyDecision(DataMap, Store, rejections, StatusEvents(), workflow, Workflows, logs.Of<ApplyDecision>()),
            new ApplyRestoreDecision(Restores, RestoreDecisions, new(Workflows), Replay, rejections, logs.Of<ApplyRestoreDecision>()),
            Failures,
            rejections);
    }

    public Task<SqsBatchResponse> HandleAsync(IHandler<SqsEvent, SqsBatchResponse> receive, IEnumerable<string> bodies)
    {
        var records = bodies.Select(body => new SqsMessage { MessageId = $"message-{Interlocked.Increment(ref messages)}", Body = body }).ToList();
        return receive.HandleAsync(new SqsEvent { Records = records }, Invocation, Cancellation);
    }

    private StatusEvents StatusEvents() => new(Events, "bus");
}

/// <summary>Log lines as text, with their levels, and the exceptions that came with them.</summary>
internal sealed class RecordedLogs : ILoggerProvider
{
    private readonly List<string> lines = [];
    private readonly LoggerFactory factory;

    public RecordedLogs() => factory = new LoggerFactory([this]);

    public IReadOnlyList<string> Lines => lines;

    public ILogger<T> Of<T>() => factory.CreateLogger<T>();

    public ILogger CreateLogger(string categoryName) => new Recorder(lines);

    public void Dispose() => factory.Dispose();

    private sealed class Recorder(List<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (lines) lines.Add($"{logLevel} {eventId.Id} {formatter(state, exception)} {exception?.GetType().Name}");
        }
    }
}
