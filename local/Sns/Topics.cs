using System.Collections.Concurrent;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Targets;

namespace ServerlessGdpr.Local.Sns;

/// <summary>All topics of the cloud.</summary>
internal sealed class Topics(Deliveries deliveries, TimeProvider time) : ITopics
{
    private readonly ConcurrentDictionary<string, Topic> byArn = new(StringComparer.Ordinal);

    public IEnumerable<Topic> All => byArn.Values.OrderBy(topic => topic.Name, StringComparer.Ordinal);

    public Topic Create(string name)
    {
        var topic = new Topic(name, deliveries, time);
        return byArn.TryAdd(topic.Arn, topic) ? topic : throw new AwsError("InvalidParameter", $"Topic {name} already exists.");
    }

    public Topic Get(string arn) => byArn.TryGetValue(arn, out var topic) ? topic : throw new AwsError("NotFound", "Topic does not exist", 404);

    public Task<string> PublishAsync(string topicArn, string message, string? subject, CancellationToken cancellation) =>
        Task.FromResult(Get(topicArn).Publish(message, subject).Id);
}
