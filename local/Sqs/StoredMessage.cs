namespace ServerlessGdpr.Local.Sqs;

/// <summary>A message in a queue.</summary>
internal sealed class StoredMessage(string body, IReadOnlyDictionary<string, MessageAttribute> attributes, DateTimeOffset enqueuedAt)
{
    public string Id { get; } = Guid.NewGuid().ToString();

    public string Body { get; } = body;

    public IReadOnlyDictionary<string, MessageAttribute> Attributes { get; } = attributes;

    /// <summary>The first enqueue: retention in a dead-letter queue runs from here, too.</summary>
    public DateTimeOffset EnqueuedAt { get; } = enqueuedAt;

    /// <summary>The order within one queue, among messages that become visible at the same instant.</summary>
    public long Order { get; set; }

    public DateTimeOffset VisibleAt { get; set; }

    public int ReceiveCount { get; set; }

    public DateTimeOffset? FirstReceivedAt { get; set; }

    /// <summary>The queue it was dead-lettered from.</summary>
    public string? DeadLetterSource { get; set; }

    /// <summary>Valid until the message is received again.</summary>
    public string ReceiptHandle { get; set; } = "";
}

/// <param name="DataType">String, Number or Binary, possibly followed by a dot and a label.</param>
/// <param name="Value">Text, or base64 for binary values.</param>
internal sealed record MessageAttribute(string DataType, string Value)
{
    public bool IsBinary => DataType.StartsWith("Binary", StringComparison.Ordinal);
}
