using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Sqs;

/// <summary>A queue's attributes as GetQueueAttributes gives them.</summary>
internal static class QueueAttributes
{
    public static JsonObject Of(MessageQueue queue, IReadOnlyList<string> names)
    {
        var counts = queue.Count();
        var settings = queue.Settings;
        var all = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["QueueArn"] = queue.Arn,
            ["ApproximateNumberOfMessages"] = counts.Visible.ToString(),
            ["ApproximateNumberOfMessagesNotVisible"] = counts.InFlight.ToString(),
            ["ApproximateNumberOfMessagesDelayed"] = counts.Delayed.ToString(),
            ["CreatedTimestamp"] = queue.CreatedAt.ToUnixTimeSeconds().ToString(),
            ["LastModifiedTimestamp"] = queue.CreatedAt.ToUnixTimeSeconds().ToString(),
            ["VisibilityTimeout"] = Seconds(settings.VisibilityTimeout),
            ["MaximumMessageSize"] = settings.MaximumMessageSize.ToString(),
            ["MessageRetentionPeriod"] = Seconds(settings.Retention),
            ["DelaySeconds"] = Seconds(settings.Delay),
            ["ReceiveMessageWaitTimeSeconds"] = Seconds(settings.ReceiveWait),
        };
        if (settings.Redrive is { } redrive) all["RedrivePolicy"] = redrive.ToJson();

        var unknown = names.FirstOrDefault(name => name is not ("All" or "RedrivePolicy") && !all.ContainsKey(name));
        if (unknown is not null) throw new AwsError("InvalidAttributeName", $"Unknown Attribute {unknown}.");
        return new JsonObject(all.Where(pair => names.Contains("All") || names.Contains(pair.Key)).Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
    }

    private static string Seconds(TimeSpan span) => ((long)span.TotalSeconds).ToString();
}
