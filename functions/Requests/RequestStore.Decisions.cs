using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>
/// Operators' decisions. A decision's row is written in one transaction with what it decides, once: when its event comes again it answers the same token
/// or starts the same attempt, and never a later one. An event that was rejected decides nothing.
/// </summary>
public sealed partial class RequestStore
{
    private readonly DecisionRows decisions = new(dynamo, table, time);

    /// <inheritdoc cref="DecisionRows.GetAsync"/>
    public Task<TakenDecision?> GetDecisionAsync(string eventId, CancellationToken cancellation) => decisions.GetAsync(eventId, cancellation);

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
        var retried = failed with { Status = failed.BegunAt is null ? RequestStatuses.Pending : RequestStatuses.UnderWay(failed.Type), Attempt = failed.Attempt + 1 };
        var update = new Update
        {
            TableName = table,
            Key = RequestItems.RequestKey(failed.RequestId),
            UpdateExpression = "SET #status = :reached, attempt = :next, openShard = :shard REMOVE decidedToken, endedAt",
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
        await decisions.RefuseAsync(eventId, cancellation);
        await ReleaseTokenAsync(requestId, taskToken, cancellation);
    }

    private async Task<bool> TryDecideAsync(
        string eventId, string requestId, (string Name, AttributeValue Value) what, Update update, CancellationToken cancellation)
    {
        KeyValuePair<string, AttributeValue>[] row = [new("requestId", Items.Text(requestId)), new(what.Name, what.Value)];
        return await decisions.TryDecideAsync(eventId, row, new() { Update = update }, cancellation) == DecisionOutcome.Decided;
    }
}
