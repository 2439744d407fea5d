using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Lambda.EventSources;

/// <summary>The event a function gets for a batch of messages.</summary>
public static class SqsEvent
{
    public static string Of(string queueArn, IEnumerable<QueueMessage> batch) =>
        new JsonObject { ["Records"] = new JsonArray([.. batch.Select(message => Record(queueArn, message))]) }.ToJsonString();

    private static JsonObject Record(string queueArn, QueueMessage message) => new()
    {
        ["messageId"] = message.MessageId,
        ["receiptHandle"] = message.ReceiptHandle,
        ["body"] = message.Body,
        ["attributes"] = Object(message.Attributes, value => value),
        ["messageAttributes"] = Object(message.MessageAttributes, value => new JsonObject
        {
            ["stringValue"] = value,
            ["stringListValues"] = new JsonArray(),
            ["binaryListValues"] = new JsonArray(),
            ["dataType"] = "String",
        }),
        ["md5OfBody"] = Md5(message.Body),
        ["eventSource"] = "aws:sqs",
        ["eventSourceARN"] = queueArn,
        ["awsRegion"] = CloudOptions.Region,
    };

    private static JsonObject Object(IReadOnlyDictionary<string, string> values, Func<string, JsonNode> map) =>
        new(values.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)map(pair.Value))));

    [SuppressMessage("Security", "CA5351:Do Not Use Broken Cryptographic Algorithms", Justification = "SQS says so")]
    private static string Md5(string body) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(body)));
}
