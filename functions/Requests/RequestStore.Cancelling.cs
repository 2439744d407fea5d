using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>Cancellations. Their row is written before the request is looked at, so that whichever of the two comes second sees the other.</summary>
public sealed partial class RequestStore
{
    /// <summary>Keeps the cancellation, then cancels the request unless its erasure began.</summary>
    public async Task<Cancelling> TryCancelAsync(string requestId, CancellationToken cancellation)
    {
        var announced = await KeepCancellationAsync(requestId, cancellation);
        var change = await CancelAsync(requestId, cancellation);
        if (change is { Changed: false, Request: { Status: RequestStatuses.Failed, BegunAt: null } failed })
            change = await CancelFailedAsync(failed, cancellation);

        var outcome = change.Request switch
        {
            null => CancellationOutcomes.Kept,
            { Status: RequestStatuses.Cancelled } => CancellationOutcomes.Accepted,
            _ => CancellationOutcomes.Refused,
        };
        return new(outcome, change.Request, announced);
    }

    /// <summary>Whether the request was cancelled before or after it came. Strongly consistent.</summary>
    public async Task<bool> HasCancellationAsync(string requestId, CancellationToken cancellation)
    {
        var answer = await dynamo.GetItemAsync(
            new GetItemRequest { TableName = table, Key = RequestItems.CancellationKey(requestId), ConsistentRead = true }, cancellation);
        return answer.Item is { Count: > 0 };
    }

    /// <summary>Remembers what was last published about the cancellation.</summary>
    public Task MarkCancellationAnnouncedAsync(string requestId, string announcement, CancellationToken cancellation) =>
        WriteCancellationAsync(requestId, "SET announced = :value", Items.Text(announcement), cancellation);

    private async Task<string?> KeepCancellationAsync(string requestId, CancellationToken cancellation) =>
        (await WriteCancellationAsync(requestId, "SET keptAt = if_not_exists(keptAt, :value)", Now(), cancellation)).Attributes.TextOf("announced");

    private Task<UpdateItemResponse> WriteCancellationAsync(string requestId, string update, AttributeValue value, CancellationToken cancellation) =>
        dynamo.UpdateItemAsync(
            new UpdateItemRequest
            {
                TableName = table,
                Key = RequestItems.CancellationKey(requestId),
                UpdateExpression = update,
                ExpressionAttributeValues = new() { [":value"] = value },
                ReturnValues = ReturnValue.ALL_NEW,
            },
            cancellation);

    private Task<RequestChange> CancelAsync(string requestId, CancellationToken cancellation) => ChangeAsync(
        requestId,
        "SET #status = :cancelled, endedAt = if_not_exists(endedAt, :now) REMOVE openShard",
        "#status IN (:pending, :cancelled) AND attribute_not_exists(begunAt)",
        new()
        {
            [":now"] = Now(),
            [":pending"] = Items.Text(RequestStatuses.Pending),
            [":cancelled"] = Items.Text(RequestStatuses.Cancelled),
        },
        cancellation);

    // No execution is left to void the ledger entries and empty the vault: the next attempt does.
    private Task<RequestChange> CancelFailedAsync(RequestRecord failed, CancellationToken cancellation) => ChangeAsync(
        failed.RequestId,
        "SET #status = :cancelled, endedAt = if_not_exists(endedAt, :now), attempt = :next REMOVE openShard",
        "#status = :failed AND attempt = :attempt AND attribute_not_exists(begunAt)",
        new()
        {
            [":now"] = Now(),
            [":failed"] = Items.Text(RequestStatuses.Failed),
            [":attempt"] = Items.Number(failed.Attempt),
            [":next"] = Items.Number(failed.Attempt + 1),
            [":cancelled"] = Items.Text(RequestStatuses.Cancelled),
        },
        cancellation);
}

/// <param name="Outcome">One of <see cref="CancellationOutcomes"/>.</param>
/// <param name="Request">The request as it is now; null while it has not come.</param>
/// <param name="Announced">What was last published about the cancellation.</param>
public sealed record Cancelling(string Outcome, RequestRecord? Request, string? Announced);

/// <summary>What became of a cancellation.</summary>
public static class CancellationOutcomes
{
    /// <summary>The request is cancelled; nothing was erased.</summary>
    public const string Accepted = "accepted";

    /// <summary>The erasure had begun.</summary>
    public const string Refused = "refused";

    /// <summary>The request has not come yet, and is stopped when it does.</summary>
    public const string Kept = "kept";
}
