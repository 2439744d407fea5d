using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Sqs;

/// <summary>A queue's attributes, with SQS's defaults and limits.</summary>
internal sealed record QueueSettings
{
    public TimeSpan VisibilityTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(4);

    public TimeSpan Delay { get; init; }

    public TimeSpan ReceiveWait { get; init; }

    public int MaximumMessageSize { get; init; } = 1_048_576;

    public Redrive? Redrive { get; init; }

    /// <summary>Reads the names that the API and AWS::SQS::Queue have in common; what is not given stays as it is.</summary>
    public static QueueSettings Read(PropertyReader properties, QueueSettings? current = null)
    {
        if (properties.GetBoolean("FifoQueue") == true) throw new AwsError("UnsupportedOperation", "The local cloud has standard queues only.");
        properties.WithoutLocalEffect("KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled", "RedriveAllowPolicy");
        var defaults = current ?? new QueueSettings();
        return new QueueSettings
        {
            VisibilityTimeout = Seconds(properties.GetInteger("VisibilityTimeout", 0, 43_200), defaults.VisibilityTimeout),
            Retention = Seconds(properties.GetInteger("MessageRetentionPeriod", 60, 1_209_600), defaults.Retention),
            Delay = Seconds(properties.GetInteger("DelaySeconds", 0, 900), defaults.Delay),
            ReceiveWait = Seconds(properties.GetInteger("ReceiveMessageWaitTimeSeconds", 0, 20), defaults.ReceiveWait),
            MaximumMessageSize = properties.GetInteger("MaximumMessageSize", 1_024, 1_048_576) ?? defaults.MaximumMessageSize,
            Redrive = ReadRedrive(properties, defaults.Redrive),
        };
    }

    /// <summary>An empty text takes the policy away.</summary>
    private static Redrive? ReadRedrive(PropertyReader properties, Redrive? current) => properties.GetNode("RedrivePolicy") is JsonValue text && text.ToString().Length == 0
        ? null
        : properties.GetDocument("RedrivePolicy") is { } policy ? Redrive.Read(policy) : current;

    private static TimeSpan Seconds(int? given, TimeSpan otherwise) => given is { } seconds ? TimeSpan.FromSeconds(seconds) : otherwise;
}

/// <summary>Where messages go that were received too often.</summary>
internal sealed record Redrive(string DeadLetterTargetArn, int MaxReceiveCount)
{
    public static Redrive Read(JsonObject policy)
    {
        var properties = new PropertyReader("RedrivePolicy", policy, "InvalidParameterValue");
        var redrive = new Redrive(
            properties.GetRequiredString("deadLetterTargetArn"),
            properties.GetInteger("maxReceiveCount", 1, 1_000) ?? throw properties.Invalid("maxReceiveCount", "given"));
        properties.RefuseOthers();
        return redrive;
    }

    public string ToJson() =>
        new JsonObject { ["deadLetterTargetArn"] = DeadLetterTargetArn, ["maxReceiveCount"] = MaxReceiveCount }.ToJsonString();
}
