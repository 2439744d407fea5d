using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Microsoft.Extensions.Logging;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>Refuses events: recorded under the event's own id, then published once. The request's id stays free.</summary>
public sealed class Rejections(IAmazonDynamoDB dynamo, string table, StatusEvents events, TimeProvider time, ILogger<Rejections> log)
{
    private const int KeptYears = 1;

    /// <param name="envelope">Null when the body was no event.</param>
    public async Task RejectAsync(string eventId, EventEnvelope? envelope, IReadOnlyList<Reason> reasons, CancellationToken cancellation)
    {
        var row = await RecordAsync(eventId, envelope, reasons, cancellation);
        await AnnounceAsync(eventId, row, cancellation);
    }

    /// <summary>An event that comes again after it was rejected stays rejected, whatever has changed meanwhile.</summary>
    /// <returns>False when it was not rejected before.</returns>
    public async Task<bool> TryRepeatAsync(string eventId, CancellationToken cancellation)
    {
        var answer = await dynamo.GetItemAsync(
            new GetItemRequest { TableName = table, Key = RequestItems.RejectionKey(eventId), ConsistentRead = true }, cancellation);
        if (answer.Item is not { Count: > 0 } row) return false;
        await AnnounceAsync(eventId, row, cancellation);
        return true;
    }

    /// <returns>The row as it stands: the first rejection's, when the event comes again.</returns>
    private async Task<Dictionary<string, AttributeValue>> RecordAsync(
        string eventId, EventEnvelope? envelope, IReadOnlyList<Reason> reasons, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var row = RequestItems.RejectionKey(eventId);
        row["eventId"] = Items.Text(eventId);
        row["rejectedAt"] = Items.Instant(now);
        row["expiresAt"] = Items.Number(now.AddYears(KeptYears).ToUnixTimeSeconds());
        row["reasons"] = new() { L = [.. reasons.Select(WriteReason)] };
        if (envelope?.PrintableSource is { } source) row["source"] = Items.Text(source);
        if (envelope?.KnownDetailType is { } detailType) row["detailType"] = Items.Text(detailType);
        if (envelope?.SubjectRequestId is { } id) row["subjectRequestId"] = Items.Text(id);
        try
        {
            await dynamo.PutItemAsync(
                new PutItemRequest
                {
                    TableName = table,
                    Item = row,
                    ConditionExpression = "attribute_not_exists(pk)",
                    ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD,
                },
                cancellation);
            log.Rejected(eventId, string.Join(", ", reasons.Select(reason => reason.Code).Distinct()));
            return row;
        }
        catch (ConditionalCheckFailedException repeated)
        {
            return repeated.Item;
        }
    }

    private async Task AnnounceAsync(string eventId, Dictionary<string, AttributeValue> row, CancellationToken cancellation)
    {
        if (row.ContainsKey("publishedAt")) return;
        var detail = new RequestStatusChanged
        {
            Source = row.TextOf("source"),
            SubjectRequestId = row.TextOf("subjectRequestId"),
            RequestStatus = RequestStatuses.Rejected,
            SourceEventId = eventId,
            ReceivedTime = row.InstantOf("rejectedAt"),
            Reasons = [.. row["reasons"].L.Select(ReadReason)],
        };
        await events.PublishAsync(detail, cancellation);
        await dynamo.UpdateItemAsync(
            new UpdateItemRequest
            {
                TableName = table,
                Key = RequestItems.RejectionKey(eventId),
                UpdateExpression = "SET publishedAt = :now",
                ExpressionAttributeValues = new() { [":now"] = Items.Instant(time.GetUtcNow()) },
            },
            cancellation);
    }

    private static AttributeValue WriteReason(Reason reason) => new()
    {
        M = new() { ["field"] = Items.Text(reason.Field), ["code"] = Items.Text(reason.Code), ["message"] = Items.Text(reason.Message) },
    };

    private static Reason ReadReason(AttributeValue reason) => new(reason.M["field"].S, reason.M["code"].S, reason.M["message"].S);
}
