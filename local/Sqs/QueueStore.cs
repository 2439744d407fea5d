using System.Collections.Concurrent;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Sqs;

/// <summary>All queues of the cloud.</summary>
public sealed class QueueStore(TimeProvider time, InFlight inFlight, BackgroundWork background) : IQueues
{
    private readonly ConcurrentDictionary<string, MessageQueue> queues = new(StringComparer.Ordinal);

    public async Task SendAsync(string queueArn, string body, CancellationToken cancellation, IReadOnlyDictionary<string, string>? attributes = null)
    {
        cancellation.ThrowIfCancellationRequested();
        var typed = (attributes ?? new Dictionary<string, string>()).ToDictionary(pair => pair.Key, pair => new MessageAttribute("String", pair.Value), StringComparer.Ordinal);
        Send(GetByArn(queueArn), body, typed, null);
        await Task.CompletedTask;
    }

    public async Task<IReadOnlyList<QueueMessage>> ReceiveAsync(string queueArn, int max, TimeSpan wait, CancellationToken cancellation)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation, background.Stopping);
        var queue = GetByArn(queueArn);
        var messages = await queue.ReceiveAsync(max, null, wait, stopping.Token);
        return messages.Select(message => new QueueMessage(
            message.Id,
            message.ReceiptHandle,
            message.Body,
            SystemAttributes.Of(message),
            message.Attributes.ToDictionary(pair => pair.Key, pair => pair.Value.Value, StringComparer.Ordinal))).ToList();
    }

    public Task DeleteAsync(string queueArn, string receiptHandle, CancellationToken cancellation)
    {
        GetByArn(queueArn).Delete(receiptHandle);
        return Task.CompletedTask;
    }

    internal IEnumerable<MessageQueue> All => queues.Values.OrderBy(queue => queue.Name, StringComparer.Ordinal);

    internal MessageQueue Create(string name, QueueSettings settings)
    {
        if (name.Length is 0 or > 80 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw new AwsError("InvalidParameterValue", "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
        RequireDeadLetters(settings);
        var queue = queues.GetOrAdd(name, _ => new MessageQueue(name, settings, time, inFlight, FindByArn));
        return queue.Settings == settings ? queue : throw new AwsError("QueueNameExists", $"A queue {name} already exists with other attributes.");
    }

    internal void Configure(MessageQueue queue, QueueSettings settings)
    {
        RequireDeadLetters(settings);
        queue.Settings = settings;
    }

    internal void Remove(string name)
    {
        if (!queues.TryRemove(name, out _)) throw DoesNotExist();
    }

    internal MessageQueue Get(string name) => queues.TryGetValue(name, out var queue) ? queue : throw DoesNotExist();

    internal MessageQueue? FindByArn(string arn) => Arns.Service(arn) == "sqs" && queues.TryGetValue(Arns.Resource(arn), out var queue) ? queue : null;

    /// <exception cref="AwsError">The body is too long, empty, or holds characters that XML cannot.</exception>
    internal StoredMessage Send(MessageQueue queue, string body, IReadOnlyDictionary<string, MessageAttribute> attributes, TimeSpan? delay)
    {
        MessageRules.Check(body, attributes, queue.Settings.MaximumMessageSize);
        var message = new StoredMessage(body, attributes, time.GetUtcNow());
        queue.Add(message, delay ?? queue.Settings.Delay);
        return message;
    }

    private void RequireDeadLetters(QueueSettings settings)
    {
        if (settings.Redrive is { } redrive && FindByArn(redrive.DeadLetterTargetArn) is null)
            throw new AwsError("InvalidParameterValue", $"The dead-letter queue {redrive.DeadLetterTargetArn} does not exist.");
    }

    private static AwsError DoesNotExist() => new("QueueDoesNotExist", "The specified queue does not exist.");

    private MessageQueue GetByArn(string arn) => FindByArn(arn) ?? throw DoesNotExist();
}
