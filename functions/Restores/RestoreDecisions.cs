using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Restores;

/// <summary>
/// Decisions about restores. A decision's row is written in one transaction with what it decides, once: when its event comes again it answers the same token or
/// starts the same attempt, and never a later one.
/// </summary>
public sealed class RestoreDecisions(RestoreStore restores, DecisionRows rows)
{
    /// <inheritdoc cref="DecisionRows.GetAsync"/>
    public Task<TakenDecision?> GetAsync(string eventId, CancellationToken cancellation) => rows.GetAsync(eventId, cancellation);

    /// <summary>Gives the token that the restore waits with to one event, for good.</summary>
    /// <returns>False when the event was rejected.</returns>
    /// <exception cref="RestoreChangedMeanwhile">The restore is no longer as it was read.</exception>
    /// <exception cref="StoreBusy">Another write is under way, or the event has decided meanwhile.</exception>
    public Task<bool> TryTakeTokenAsync(RestoreRecord waiting, string eventId, CancellationToken cancellation) =>
        TryDecideAsync(waiting with { TaskToken = null }, eventId, new("token", Items.Text(waiting.TaskToken!)), cancellation);

    /// <summary>Opens the next attempt of a restore whose execution failed.</summary>
    /// <returns>The restore in its new attempt; null when the event was rejected.</returns>
    /// <exception cref="RestoreChangedMeanwhile">The restore is no longer as it was read.</exception>
    /// <exception cref="StoreBusy">Another write is under way, or the event has decided meanwhile.</exception>
    public async Task<RestoreRecord?> TryRetryAsync(RestoreRecord failed, string eventId, CancellationToken cancellation)
    {
        var retried = failed with { Status = RestoreStatuses.InProgress, OperatorReason = null, Attempt = failed.Attempt + 1 };
        return await TryDecideAsync(retried, eventId, new("attempt", Items.Number(retried.Attempt)), cancellation) ? retried : null;
    }

    /// <summary>The token turned out to be dead: the event decided nothing, nor will it.</summary>
    public Task RefuseAsync(string eventId, CancellationToken cancellation) => rows.RefuseAsync(eventId, cancellation);

    private async Task<bool> TryDecideAsync(
        RestoreRecord changed, string eventId, KeyValuePair<string, Amazon.DynamoDBv2.Model.AttributeValue> what, CancellationToken cancellation)
    {
        var about = KeyValuePair.Create("restoreId", Items.Text(changed.RestoreId));
        var outcome = await rows.TryDecideAsync(eventId, [about, what], new() { Put = restores.PutOf(changed with { Version = changed.Version + 1 }) }, cancellation);
        return outcome switch
        {
            DecisionOutcome.Refused => throw new RestoreChangedMeanwhile(),
            var other => other == DecisionOutcome.Decided,
        };
    }
}
