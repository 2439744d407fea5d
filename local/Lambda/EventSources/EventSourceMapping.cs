using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Lambda.EventSources;

/// <summary>A queue whose messages a function takes.</summary>
public sealed record EventSourceMapping
{
    private const int BatchesAtOnce = 5;
    private const int MaxBatchWithoutWindow = 10;
    private const string BatchItemFailures = "ReportBatchItemFailures";

    public string Id { get; } = Guid.NewGuid().ToString();

    public required string QueueArn { get; init; }

    public required FunctionDefinition Function { get; init; }

    public int BatchSize { get; init; } = MaxBatchWithoutWindow;

    /// <summary>How long to gather a batch after its first message.</summary>
    public TimeSpan BatchingWindow { get; init; }

    /// <summary>How many batches are with the function at once.</summary>
    public int Concurrency { get; init; } = BatchesAtOnce;

    public int? MaximumConcurrency { get; init; }

    public bool Enabled { get; init; } = true;

    public bool ReportsBatchItemFailures { get; init; }

    public DateTimeOffset LastModified { get; init; }

    public string Arn => Arns.Of("lambda", $"event-source-mapping:{Id}");

    public static EventSourceMapping Read(PropertyReader properties, FunctionCatalog catalog, DateTimeOffset now)
    {
        var maximum = properties.GetObject("ScalingConfig")?.GetInteger("MaximumConcurrency", 2, 1000);
        var responseTypes = properties.GetStrings("FunctionResponseTypes");
        if (responseTypes.Any(type => type != BatchItemFailures)) throw properties.Invalid("FunctionResponseTypes", BatchItemFailures);
        var mapping = new EventSourceMapping
        {
            QueueArn = properties.GetRequiredString("EventSourceArn"),
            Function = catalog.Find(properties.GetRequiredString("FunctionName")),
            BatchSize = properties.GetInteger("BatchSize", 1, 10_000) ?? MaxBatchWithoutWindow,
            BatchingWindow = TimeSpan.FromSeconds(properties.GetInteger("MaximumBatchingWindowInSeconds", 0, 300) ?? 0),
            Concurrency = maximum ?? BatchesAtOnce,
            MaximumConcurrency = maximum,
            Enabled = properties.GetBoolean("Enabled") ?? true,
            ReportsBatchItemFailures = responseTypes.Contains(BatchItemFailures),
            LastModified = now,
        };
        properties.WithoutLocalEffect("Tags");
        properties.RefuseOthers();
        if (Arns.Service(mapping.QueueArn) != "sqs") throw properties.Invalid("EventSourceArn", "an SQS queue");
        if (mapping.QueueArn.EndsWith(".fifo", StringComparison.Ordinal)) throw properties.Invalid("EventSourceArn", "a standard queue");
        if (mapping.BatchSize > MaxBatchWithoutWindow && mapping.BatchingWindow == TimeSpan.Zero)
        {
            throw properties.Invalid("MaximumBatchingWindowInSeconds", "at least 1 when BatchSize is greater than 10");
        }

        return mapping;
    }
}
