using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>What operators' events decided: a row for each, in the requests table, written in one transaction with what it decides. An event that was rejected decides nothing.</summary>
public sealed class DecisionRows(IAmazonDynamoDB dynamo, string table, TimeProvider time)
{
    private const int KeptYears = 1;

    /// <summary>What the event decided; null when it has decided nothing. Strongly consistent.</summary>
    public async Task<TakenDecision?> GetAsync(string eventId, CancellationToken cancellation)
    {
        var answer = await dynamo.GetItemAsync(
            new GetItemRequest { TableName = table, Key = RequestItems.DecisionKey(eventId), ConsistentRead = true }, cancellation);
        if (answer.Item is not { Count: > 0 } row) return null;
        return new(row.TextOf("token"), row.ContainsKey("attempt") ? (int)row.NumberOf("attempt") : null, row.ContainsKey("refusedAt"));
    }

    /// <param name="what">What it is about, and the <c>token</c> that it answers or the <c>attempt</c> that it opens.</param>
    /// <param name="change">The conditional write that it decides.</param>
    /// <exception cref="StoreBusy">Another write is under way, or the event has decided meanwhile: delivered again it finds its row.</exception>
    public async Task<DecisionOutcome> TryDecideAsync(
        string eventId, IEnumerable<KeyValuePair<string, AttributeValue>> what, TransactWriteItem change, CancellationToken cancellation)
    {
        const string Absent = "attribute_not_exists(pk)";
        var row = RequestItems.DecisionKey(eventId);
        row["eventId"] = Items.Text(eventId);
        row["decidedAt"] = Items.Instant(time.GetUtcNow());
        row["expiresAt"] = Items.Number(time.GetUtcNow().AddYears(KeptYears).ToUnixTimeSeconds());
        foreach (var (name, value) in what) row[name] = value;
        List<TransactWriteItem> items =
        [
            new() { Put = new Put { TableName = table, Item = row, ConditionExpression = Absent } },
            new() { ConditionCheck = new ConditionCheck { TableName = table, Key = RequestItems.RejectionKey(eventId), ConditionExpression = Absent } },
            change,
        ];
        try
        {
            await dynamo.TransactWriteItemsAsync(new TransactWriteItemsRequest { TransactItems = items }, cancellation);
            return DecisionOutcome.Decided;
        }
        catch (TransactionCanceledException refusal)
        {
            const string Failed = "ConditionalCheckFailed";
            return refusal.CancellationReasons switch
            {
                [{ Code: Failed }, ..] => throw new StoreBusy(),
                [_, { Code: Failed }, ..] => DecisionOutcome.Rejected,
                [_, _, { Code: Failed }] => DecisionOutcome.Refused,
                _ => throw new StoreBusy(),
            };
        }
    }

    /// <summary>The token turned out to be dead: the event decided nothing, nor will it.</summary>
    public Task RefuseAsync(string eventId, CancellationToken cancellation) => dynamo.UpdateItemAsync(
        new UpdateItemRequest
        {
            TableName = table,
            Key = RequestItems.DecisionKey(eventId),
            UpdateExpression = "SET refusedAt = if_not_exists(refusedAt, :now)",
            ExpressionAttributeValues = new() { [":now"] = Items.Instant(time.GetUtcNow()) },
        },
        cancellation);
}

/// <summary>What came of deciding.</summary>
public enum DecisionOutcome
{
    Decided,

    /// <summary>The event was rejected before.</summary>
    Rejected,

    /// <summary>The condition of what was to be decided does not hold.</summary>
    Refused,
}

/// <summary>What one event decided.</summary>
/// <param name="Token">The task token that it answers; null when it opened an attempt.</param>
/// <param name="Attempt">The attempt that it opened; null when it answers a token.</param>
/// <param name="Refused">The token turned out to be dead.</param>
public sealed record TakenDecision(string? Token, int? Attempt, bool Refused);
