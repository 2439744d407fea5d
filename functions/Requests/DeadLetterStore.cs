using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Runtime.Sqs;
using ServerlessGdpr.Functions.Vault;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>Dead letters: the message in the vault, what may be known about it in the requests table.</summary>
public sealed partial class DeadLetterStore(IAmazonDynamoDB dynamo, IEnvelope envelope, string requestsTable, string vaultTable, TimeProvider time)
{
    /// <summary>The encryption context's datastore; the context's request is the message's id.</summary>
    public const string Context = "@dead-letter";

    /// <summary>A message may be 1 MiB, more than the 400 KB of an item even when it is compressed.</summary>
    private const int PartBytes = 350 * 1024;

    /// <summary>The attributes that EventBridge gives a dead letter and that say why it is one.</summary>
    private static readonly IReadOnlyDictionary<string, string> Why = new Dictionary<string, string>
    {
        ["ERROR_CODE"] = "errorCode",
        ["RULE_ARN"] = "rule",
        ["TARGET_ARN"] = "target",
        ["EXHAUSTED_RETRY_CONDITION"] = "exhausted",
    };

    public async Task<bool> IsPublishedAsync(string eventId, CancellationToken cancellation)
    {
        var answer = await dynamo.GetItemAsync(
            new GetItemRequest { TableName = requestsTable, Key = RequestItems.DeadLetterKey(eventId), ConsistentRead = true }, cancellation);
        return answer.Item?.ContainsKey("publishedAt") == true;
    }

    /// <summary>The vault first: once the row says so, the message is safe.</summary>
    public async Task KeepAsync(string eventId, EventEnvelope? content, SqsMessage message, CancellationToken cancellation)
    {
        foreach (var (index, part) in Compress(message.Body).Chunk(PartBytes).Index())
        {
            var entry = Items.Key($"{Context}#{message.MessageId}", index == 0 ? "message" : $"message#{index + 1}");
            entry[VaultKeys.Sealed] = Items.Binary(await envelope.SealAsync(message.MessageId, Context, part, cancellation));
            entry["format"] = Items.Number(1);
            entry["encoding"] = Items.Text("br");
            await dynamo.PutItemAsync(new PutItemRequest { TableName = vaultTable, Item = entry }, cancellation);
        }

        await dynamo.PutItemAsync(new PutItemRequest { TableName = requestsTable, Item = RowOf(eventId, content, message) }, cancellation);
    }

    public Task MarkPublishedAsync(string eventId, CancellationToken cancellation) => dynamo.UpdateItemAsync(
        new UpdateItemRequest
        {
            TableName = requestsTable,
            Key = RequestItems.DeadLetterKey(eventId),
            UpdateExpression = "SET publishedAt = :now",
            ExpressionAttributeValues = new() { [":now"] = Items.Instant(time.GetUtcNow()) },
        },
        cancellation);

    private Dictionary<string, AttributeValue> RowOf(string eventId, EventEnvelope? content, SqsMessage message)
    {
        var row = RequestItems.DeadLetterKey(eventId);
        row["eventId"] = Items.Text(eventId);
        row["messageId"] = Items.Text(message.MessageId);
        row["drainedAt"] = Items.Instant(time.GetUtcNow());
        if (message.EventSourceArn is { } queue) row["queue"] = Items.Text(queue);
        if (content?.PrintableSource is { } source) row["source"] = Items.Text(source);
        if (content?.KnownDetailType is { } detailType) row["detailType"] = Items.Text(detailType);
        if (content?.SubjectRequestId is { } id) row["subjectRequestId"] = Items.Text(id);
        foreach (var (attribute, name) in Why)
        {
            // Anyone who may send to the queue may write attributes: only what looks like a code or an ARN is kept.
            if (message.MessageAttributes.TryGetValue(attribute, out var value) && value.StringValue is { } text && CodePattern.IsMatch(text))
                row[name] = Items.Text(text);
        }

        return row;
    }

    private static byte[] Compress(string body)
    {
        using var bytes = new MemoryStream();
        using (var brotli = new BrotliStream(bytes, CompressionLevel.Optimal)) brotli.Write(Encoding.UTF8.GetBytes(body));
        return bytes.ToArray();
    }

    [GeneratedRegex("^[A-Za-z0-9_.:/|-]{1,512}\\z", RegexOptions.None, 1000)]
    private static partial Regex CodePattern { get; }
}
