using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Sqs;

/// <summary>The operations, from request members to answer members as the JSON protocol names them.</summary>
/// <remarks>Whoever reads members refuses what was not read before anything is done.</remarks>
internal sealed class SqsOperations(QueueStore queues, string endpoint)
{
    public JsonObject Create(PropertyReader request)
    {
        request.WithoutLocalEffect("tags");
        var name = request.GetRequiredString("QueueName");
        var settings = request.GetObject("Attributes") is { } attributes ? ReadSettings(attributes) : new QueueSettings();
        request.RefuseOthers();
        return new JsonObject { ["QueueUrl"] = Url(queues.Create(name, settings)) };
    }

    public JsonObject DeleteQueue(PropertyReader request)
    {
        var queue = Queue(request);
        request.RefuseOthers();
        queues.Remove(queue.Name);
        return [];
    }

    public JsonObject List(PropertyReader request)
    {
        var prefix = request.GetString("QueueNamePrefix") ?? "";
        var max = request.GetInteger("MaxResults", 1, 1_000);
        var start = request.GetInteger("NextToken", 0, int.MaxValue) ?? 0;
        request.RefuseOthers();
        var found = queues.All.Where(queue => queue.Name.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        var page = found.Skip(start).Take(max ?? 1_000).ToList();
        var answer = new JsonObject { ["QueueUrls"] = new JsonArray([.. page.Select(queue => (JsonNode)Url(queue))]) };
        if (max is not null && start + page.Count < found.Count) answer["NextToken"] = (start + page.Count).ToString();
        return answer;
    }

    public JsonObject GetUrl(PropertyReader request)
    {
        var queue = queues.Get(request.GetRequiredString("QueueName"));
        if (request.GetString("QueueOwnerAWSAccountId") is { } account && account != CloudOptions.Account)
            throw new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
        request.RefuseOthers();
        return new JsonObject { ["QueueUrl"] = Url(queue) };
    }

    public JsonObject GetAttributes(PropertyReader request)
    {
        var queue = Queue(request);
        var names = request.GetStrings("AttributeNames");
        request.RefuseOthers();
        return new JsonObject { ["Attributes"] = QueueAttributes.Of(queue, names) };
    }

    public JsonObject SetAttributes(PropertyReader request)
    {
        var queue = Queue(request);
        var given = request.GetRequiredObject("Attributes");
        var settings = ReadSettings(given, queue.Settings);
        request.RefuseOthers();
        queues.Configure(queue, settings);
        return [];
    }

    public JsonObject Purge(PropertyReader request)
    {
        var queue = Queue(request);
        request.RefuseOthers();
        queue.Purge();
        return [];
    }

    public JsonObject Send(PropertyReader request)
    {
        var queue = Queue(request);
        return SendEntry(queue, request);
    }

    public JsonObject SendEntry(MessageQueue queue, PropertyReader entry)
    {
        var body = entry.GetRequiredString("MessageBody");
        var delay = entry.GetInteger("DelaySeconds", 0, 900);
        var attributes = MessageAttributes.Read(entry);
        entry.RefuseOthers();
        var message = queues.Send(queue, body, attributes, delay is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        var answer = new JsonObject { ["MessageId"] = message.Id, ["MD5OfMessageBody"] = MessageRules.Md5(body) };
        if (MessageRules.Md5(attributes) is { } md5) answer["MD5OfMessageAttributes"] = md5;
        return answer;
    }

    public async Task<JsonObject> ReceiveAsync(PropertyReader request, Work work, CancellationToken cancellation)
    {
        var queue = Queue(request);
        var max = request.GetInteger("MaxNumberOfMessages", 1, 10) ?? 1;
        var visibility = request.GetInteger("VisibilityTimeout", 0, 43_200);
        var wait = request.GetInteger("WaitTimeSeconds", 0, 20);
        var attributes = request.GetStrings("AttributeNames").Concat(request.GetStrings("MessageSystemAttributeNames")).ToHashSet(StringComparer.Ordinal);
        var messageAttributes = request.GetStrings("MessageAttributeNames");
        request.RefuseOthers();
        var messages = await work.WaitAsync(() => queue.ReceiveAsync(
            max,
            visibility is { } hidden ? TimeSpan.FromSeconds(hidden) : null,
            wait is { } seconds ? TimeSpan.FromSeconds(seconds) : queue.Settings.ReceiveWait,
            cancellation));
        return messages.Count == 0
            ? []
            : new JsonObject { ["Messages"] = new JsonArray([.. messages.Select(JsonNode (message) => Describe(message, attributes, messageAttributes))]) };
    }

    public JsonObject Delete(PropertyReader request) => DeleteEntry(Queue(request), request);

    public static JsonObject DeleteEntry(MessageQueue queue, PropertyReader entry)
    {
        var handle = entry.GetRequiredString("ReceiptHandle");
        entry.RefuseOthers();
        queue.Delete(handle);
        return [];
    }

    public JsonObject ChangeVisibility(PropertyReader request) => ChangeVisibilityEntry(Queue(request), request);

    public static JsonObject ChangeVisibilityEntry(MessageQueue queue, PropertyReader entry)
    {
        var handle = entry.GetRequiredString("ReceiptHandle");
        var seconds = entry.GetInteger("VisibilityTimeout", 0, 43_200) ?? throw entry.Invalid("VisibilityTimeout", "given");
        entry.RefuseOthers();
        queue.ChangeVisibility(handle, TimeSpan.FromSeconds(seconds));
        return [];
    }

    public MessageQueue Queue(PropertyReader request) => queues.Get(request.GetRequiredString("QueueUrl").Split('/')[^1]);

    private static QueueSettings ReadSettings(PropertyReader attributes, QueueSettings? current = null)
    {
        attributes.WithoutLocalEffect("Policy");
        return QueueSettings.Read(attributes, current);
    }

    private static JsonObject Describe(StoredMessage message, HashSet<string> attributes, IReadOnlyList<string> messageAttributes)
    {
        var answer = new JsonObject
        {
            ["MessageId"] = message.Id,
            ["ReceiptHandle"] = message.ReceiptHandle,
            ["MD5OfBody"] = MessageRules.Md5(message.Body),
            ["Body"] = message.Body,
        };
        var system = SystemAttributes.Of(message).Where(pair => attributes.Contains("All") || attributes.Contains(pair.Key)).ToList();
        if (system.Count > 0) answer["Attributes"] = new JsonObject(system.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        MessageAttributes.Write(answer, message, messageAttributes);
        return answer;
    }

    private string Url(MessageQueue queue) => $"{endpoint}/{CloudOptions.Account}/{queue.Name}";
}
