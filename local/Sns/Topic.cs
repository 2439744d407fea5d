using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Targets;

namespace ServerlessGdpr.Local.Sns;

/// <summary>A topic, what was published to it, and who gets it.</summary>
internal sealed class Topic(string name, Deliveries deliveries, TimeProvider time)
{
    private readonly ConcurrentQueue<PublishedMessage> published = new();
    private readonly ConcurrentQueue<Subscription> subscriptions = new();

    public string Name { get; } = name;

    public string Arn { get; } = Arns.Of("sns", name);

    public IReadOnlyCollection<PublishedMessage> Published => published;

    public IReadOnlyCollection<Subscription> Subscriptions => subscriptions;

    public void Add(Subscription subscription) => subscriptions.Enqueue(subscription);

    public PublishedMessage Publish(string message, string? subject)
    {
        var record = new PublishedMessage(Guid.NewGuid().ToString(), time.GetUtcNow(), message, subject);
        published.Enqueue(record);
        foreach (var subscription in subscriptions.Where(subscription => subscription.IsDelivered))
        {
            var body = subscription.IsRaw ? message : Envelope(record, subscription);
            deliveries.Start(subscription.Endpoint, subscription.Policy, new Dictionary<string, string>(StringComparer.Ordinal), _ => body);
        }

        return record;
    }

    private string Envelope(PublishedMessage record, Subscription subscription)
    {
        var envelope = new JsonObject { ["Type"] = "Notification", ["MessageId"] = record.Id, ["TopicArn"] = Arn };
        if (record.Subject is { } subject) envelope["Subject"] = subject;
        envelope["Message"] = record.Message;
        envelope["Timestamp"] = record.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
        return subscription.Protocol == "lambda"
            ? new JsonObject { ["Records"] = new JsonArray(new JsonObject { ["EventSource"] = "aws:sns", ["EventVersion"] = "1.0", ["EventSubscriptionArn"] = subscription.Arn, ["Sns"] = envelope }) }.ToText()
            : envelope.ToText();
    }
}

internal sealed record PublishedMessage(string Id, DateTimeOffset At, string Message, string? Subject);

/// <summary>Queues and functions get messages; to people (email, sms) nothing leaves this machine, and the topic's record has to do.</summary>
internal sealed record Subscription(string Arn, string Protocol, string Endpoint, bool IsRaw, DeliveryPolicy Policy)
{
    public bool IsDelivered => Protocol is "sqs" or "lambda";

    public static Subscription Read(PropertyReader properties, string topicArn, string id)
    {
        var protocol = properties.GetRequiredString("Protocol");
        if (protocol is not ("sqs" or "lambda" or "email" or "email-json" or "sms")) throw properties.Invalid("Protocol", "sqs, lambda, email, email-json or sms");
        var deadLetters = properties.GetDocument("RedrivePolicy")?["deadLetterTargetArn"]?.GetValue<string>();
        return new Subscription(
            $"{topicArn}:{id}",
            protocol,
            properties.GetRequiredString("Endpoint"),
            properties.GetBoolean("RawMessageDelivery") ?? false,
            new DeliveryPolicy(MaximumRetries: 185, MaximumAge: TimeSpan.FromDays(23), deadLetters));
    }
}
