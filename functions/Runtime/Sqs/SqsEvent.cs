using System.Text.Json.Serialization;

namespace ServerlessGdpr.Functions.Runtime.Sqs;

/// <summary>A batch that Lambda took from a queue; the names are those of Amazon.Lambda.SQSEvents.</summary>
public sealed record SqsEvent
{
    [JsonPropertyName("Records")]
    public required IReadOnlyList<SqsMessage> Records { get; init; }
}

/// <summary>One message of an <see cref="SqsEvent"/>.</summary>
public sealed record SqsMessage
{
    public required string MessageId { get; init; }

    /// <summary>May hold identities: never logged.</summary>
    public required string Body { get; init; }

    public string? ReceiptHandle { get; init; }

    /// <summary>System attributes, for example <c>ApproximateReceiveCount</c> and <c>SentTimestamp</c> (epoch milliseconds).</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; set; } = new Dictionary<string, string>();

    /// <summary>A dead letter of EventBridge carries why it is one: <c>RULE_ARN</c>, <c>TARGET_ARN</c>, <c>ERROR_CODE</c>, <c>EXHAUSTED_RETRY_CONDITION</c>.</summary>
    public IReadOnlyDictionary<string, SqsMessageAttribute> MessageAttributes { get; set; } = new Dictionary<string, SqsMessageAttribute>();

    /// <summary>The ARN of the queue.</summary>
    [JsonPropertyName("eventSourceARN")]
    public string? EventSourceArn { get; init; }

    public override string ToString() => $"message {MessageId}";
}

/// <summary>A message attribute; binary ones are not read.</summary>
public sealed record SqsMessageAttribute
{
    public required string DataType { get; init; }

    public string? StringValue { get; init; }
}
