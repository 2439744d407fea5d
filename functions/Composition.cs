using Microsoft.Extensions.Logging;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Runtime.Aws;
using ServerlessGdpr.Functions.Runtime.Sqs;

namespace ServerlessGdpr.Functions;

/// <summary>The composition root: everything one function is made of, built once, and only as far as its handler needs it.</summary>
public sealed class Composition(Settings settings, TimeProvider time, ILoggerFactory logs, Metrics metrics) : IDisposable
{
    private readonly AwsClients aws = new(settings, time);
    private readonly Lazy<DataMap> dataMap = new(() => DataMapFile.Read(settings.Environment));

    public Settings Settings { get; } = settings;

    public TimeProvider Time { get; } = time;

    public ILoggerFactory Logs { get; } = logs;

    public Metrics Metrics { get; } = metrics;

    public AwsClients Aws => aws;

    public DataMap DataMap => dataMap.Value;

    public IWorkflows Workflows => new Workflows(aws.StepFunctions);

    public IEventPublisher Events => new EventPublisher(aws.EventBridge);

    public BatchProcessor Batches => new(Logs.CreateLogger<BatchProcessor>());

    public void Dispose() => aws.Dispose();
}
