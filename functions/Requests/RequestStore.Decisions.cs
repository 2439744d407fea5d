using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>
/// Operators' decisions. A decision's row is written in one transaction with what it decides, once: when its event comes again it answers the same token
/// or starts the same attempt, and never a later one. An event that was rejected decides nothing.
/// </summary>
public sealed partial class RequestStore
{
    private const int DecisionsKeptYears = 1;

    /// <summary>What the event decided; null when it has decided nothing. Strongly consistent.</summary>
    public async Task<TakenDecision?> GetDecisionAsync(string eventId, CancellationToken cancellation)
    {
        var answer = await dynamo.GetItemAsync(
            new GetItemRequest { TableName = table, Key = RequestItems.DecisionKey(eventId), ConsistentRead = true }, cancellation);
        if (answer.Item is not { Count: > 0 } row) return null;
        return new(row.TextOf("token"), row.ContainsKey("attempt") ? (int)row.NumberOf("attempt") : null, row.ContainsKey("refusedAt"));
    }

    /// <summary>Gives a token to one event, for good.</summary>
    /// <returns>False when the request no longer waits with this token, another event has it, or this one was rejected.</returns>
    /// <exception cref="StoreBusy">Another write is under way, or the event has decided meanwhile.</exception>
    public Task<bool> TryTakeTokenAsync(string requestId, string taskToken, string eventId, CancellationToken cancellation) => TryDecideAsync(
        eventId,
        requestId,
        ("token", Items.Text(taskToken)),
        new Update
        {
            TableName = table,
            Key = RequestItems.RequestKey(requestId),
            UpdateExpression = "SET decidedToken = :token",
            ConditionExpression = "taskToken = :token AND (attribute_not_exists(decidedToken) OR decidedToken <> :token)",
            ExpressionAttributeValues = new() { [":token"] = Items.Text(taskToken) },
        },
        cancellation);

    /// <summary>Opens the next attempt of a failed request, in the status that the failed one had reached.</summary>
    /// <returns>The request in its new attempt; null when this attempt has not failed, or the event was rejected.</returns>
    /// <exception cref="StoreBusy">Another write is under way, or the event has decided meanwhile.</exception>
    public async Task<RequestRecord?> TryRetryAsync(RequestRecord failed, string eventId, CancellationToken cancellation)
    {
        var retried = failed with { Status = failed.ErasingAt is null ? RequestStatuses.Pending : RequestStatuses.Erasing, Attempt = failed.Attempt + 1 };
        var update = new Update
        {
            TableName = table,
            Key = RequestItems.RequestKey(failed.RequestId),
            UpdateExpression = "SET #status = :reached, attempt = :next, openShard = :shard REMOVE decidedToken",
            ConditionExpression = "#status = :failed AND attempt = :attempt",
            ExpressionAttributeNames = new() { ["#status"] = "status" },
            ExpressionAttributeValues = new()
            {
                [":reached"] = Items.Text(retried.Status),
                [":failed"] = Items.Text(RequestStatuses.Failed),
                [":attempt"] = Items.Number(failed.Attempt),
                [":next"] = Items.Number(retried.Attempt),
                [":shard"] = RequestItems.OpenShard(failed.RequestId),
            },
        };
        return await TryDecideAsync(eventId, failed.RequestId, ("attempt", Items.Number(retried.Attempt)), update, cancellation) ? retried : null;
    }

    /// <summary>The token turned out to be dead: the event decided nothing, nor will it.</summary>
    public async Task RefuseDecisionAsync(string requestId, string taskToken, string eventId, CancellationToken cancellation)
    {
        await dynamo.UpdateItemAsync(
            new UpdateItemRequest
            {
                TableName = table,
                Key = RequestItems.DecisionKey(eventId),
                UpdateExpression = "SET refusedAt = if_not_exists(refusedAt, :now)",
                ExpressionAttributeValues = new() { [":now"] = Now() },
            },
            cancellation);
        await ReleaseTokenAsync(requestId, taskToken, cancellation);
    }

    private async Task<bool> TryDecideAsync(
        string eventId, string requestId, (string Name, AttributeValue Value) what, Update update, CancellationToken cancellation)
    {
        const string Absent = "attribute_not_exists(pk)";
        const string Failed = "ConditionalCheckFailed";
        var row = RequestItems.DecisionKey(eventId);
        row["eventId"] = Items.Text(eventId);
        row["requestId"] = Items.Text(requestId);
        row["decidedAt"] = Now();
        row["expiresAt"] = Items.Number(time.GetUtcNow().AddYears(DecisionsKeptYears).ToUnixTimeSeconds());
        row[what.Name] = what.Value;
        List<TransactWriteItem> items =
        [
            new() { Put = new Put { TableName = table, Item = row, ConditionExpression = Absent } },
            new() { ConditionCheck = new ConditionCheck { TableName = table, Key = RequestItems.RejectionKey(eventId), ConditionExpression = Absent } },
            new() { Update = update },
        ];
        try
        {
            await dynamo.TransactWriteItemsAsync(new TransactWriteItemsRequest { TransactItems = items }, cancellation);
            return true;
        }
        catch (TransactionCanceledException refusal)
            when (refusal.CancellationReasons[0].Code != Failed && refusal.CancellationReasons.Skip(1).Any(reason => reason.Code == Failed))
        {
            return false;
        }
        catch (TransactionCanceledException)
        {
            // The same event is at work elsewhere: delivered again it finds its row.
            throw new StoreBusy();
        }
    }
}

/// <summary>What one event decided.</summary>
/// <param name="Token">The task token that it answers; null when it opened an attempt.</param>
/// <param name="Attempt">The attempt that it opened; null when it answers a token.</param>
/// <param name="Refused">The token turned out to be dead.</param>
public sealed record TakenDecision(string? Token, int? Attempt, bool Refused);
