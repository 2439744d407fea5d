using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Sqs;

/// <summary>What SQS says of a received message.</summary>
internal static class SystemAttributes
{
    public static Dictionary<string, string> Of(StoredMessage message)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["SenderId"] = CloudOptions.Account,
            ["SentTimestamp"] = Milliseconds(message.EnqueuedAt),
            ["ApproximateReceiveCount"] = message.ReceiveCount.ToString(),
            ["ApproximateFirstReceiveTimestamp"] = Milliseconds(message.FirstReceivedAt!.Value),
        };
        if (message.DeadLetterSource is { } source) attributes["DeadLetterQueueSourceArn"] = source;
        return attributes;
    }

    private static string Milliseconds(DateTimeOffset instant) => instant.ToUnixTimeMilliseconds().ToString();
}
