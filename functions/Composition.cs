using Microsoft.Extensions.Logging;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Erasure;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Functions.Restores.Copies;
using ServerlessGdpr.Functions.Restores.Replay;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Runtime.Aws;
using ServerlessGdpr.Functions.Runtime.Sqs;
using ServerlessGdpr.Functions.Vault;

namespace ServerlessGdpr.Functions;

/// <summary>The composition root: everything one function is made of, built once, and only as far as its handler needs it.</summary>
public sealed class Composition(Settings settings, TimeProvider time, ILoggerFactory logs, Metrics metrics) : IDisposable
{
    private readonly AwsClients aws = new(settings, time);
    private readonly Lazy<DataMap> dataMap = new(() => DataMapFile.Load(Path.Combine(
        settings.Environment.GetValueOrDefault("LAMBDA_TASK_ROOT", AppContext.BaseDirectory), DataMapFile.Name)));

    public Settings Settings { get; } = settings;

    public TimeProvider Time { get; } = time;

    public ILoggerFactory Logs { get; } = logs;

    public Metrics Metrics { get; } = metrics;

    public AwsClients Aws => aws;

    public DataMap DataMap => dataMap.Value;

    public IWorkflows Workflows => new Workflows(aws.StepFunctions);

    public WorkflowStarter WorkflowStarter => new(Workflows, new(Settings[Setting.ErasureWorkflow], Settings[Setting.AccessWorkflow]), Logs.CreateLogger<WorkflowStarter>());

    public ReplayStarter ReplayStarter => new(Workflows, Settings[Setting.ReplayWorkflow], Logs.CreateLogger<ReplayStarter>());

    public IEventPublisher Events => new EventPublisher(aws.EventBridge);

    public BatchProcessor Batches => new(Logs.CreateLogger<BatchProcessor>());

    public RequestStore Requests => new(aws.DynamoDb, Settings[Setting.RequestsTable], Time);

    public AcceptanceOrder Order => new(aws.DynamoDb, Settings[Setting.RequestsTable], Requests, Time);

    public Turns Turns => new(Order, Metrics, Time);

    public RestoreStore Restores => new(aws.DynamoDb, Settings[Setting.RequestsTable]);

    public TaskStore<ErasureTask> Tasks => new(aws.DynamoDb, Settings[Setting.RequestsTable]);

    public CopyStore Copies => new(aws.DynamoDb, Settings[Setting.RequestsTable], [.. DataMap.Datastores.Select(entry => entry.Name)]);

    public StatusEvents StatusEvents => new(Events, Settings[Setting.EventBus]);

    public RestoreStatusEvents RestoreStatusEvents => new(Events, Settings[Setting.EventBus]);

    public KmsEnvelope SealingEnvelope => KmsEnvelope.Sealing(aws.Kms, Settings[Setting.IdentityKey]);

    public VaultEntries VaultEntries => new(aws.DynamoDb, Settings[Setting.VaultTable]);

    public DatastoreVault DatastoreVault =>
        new(aws.DynamoDb, KmsEnvelope.Opening(aws.Kms), Settings[Setting.VaultTable], Settings[Setting.LedgerTable], Time);

    public EvidenceBucket Evidence => new(aws.S3, Settings[Setting.EvidenceBucket]);

    public ErasureLedger Ledger => new(aws.DynamoDb, Evidence, Settings[Setting.LedgerTable], Time);

    public ReplayPages ReplayPages => new(aws.S3, Settings[Setting.PagesBucket]);

    public RetentionHistory RetentionHistory => new(aws.DynamoDb, Settings[Setting.RequestsTable], Time);

    public RetentionReview RetentionReview => new(aws.DynamoDb, Settings[Setting.RequestsTable], Ledger, Time);

    public LedgerComparison LedgerComparison => new(
        new EvidenceVersions(aws.S3, Settings[Setting.EvidenceBucket]), new LedgerRevisions(aws.DynamoDb, Settings[Setting.LedgerTable]), Time);

    public LedgerCheckpoint LedgerCheckpoint => new(aws.DynamoDb, Settings[Setting.RequestsTable]);

    public DatastoreEntry Datastore => DataMap.Datastores.FirstOrDefault(entry => entry.Name == Settings[Setting.Datastore])
        ?? throw new InvalidConfiguration($"{Setting.Datastore.Variable} names no datastore of the data map.");

    public void Dispose() => aws.Dispose();
}
