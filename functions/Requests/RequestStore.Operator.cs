using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>Requests that wait for an operator: with a task token while their execution runs, without one when it failed.</summary>
public sealed partial class RequestStore
{
    /// <summary>The execution waits with this token from now on; it takes the place of an earlier one.</summary>
    public Task SetTaskTokenAsync(string requestId, string taskToken, CancellationToken cancellation) =>
        ChangeAsync(requestId, "SET taskToken = :token", "attribute_exists(pk)", new() { [":token"] = Items.Text(taskToken) }, cancellation);

    /// <summary>The execution has a decision and no longer waits.</summary>
    public Task ClearTaskTokenAsync(string requestId, CancellationToken cancellation) =>
        ChangeAsync(requestId, "REMOVE taskToken", "attribute_exists(pk)", [], cancellation);

    /// <summary>The token was used: the request waits only if a newer one has come.</summary>
    public Task ReleaseTokenAsync(string requestId, string taskToken, CancellationToken cancellation) =>
        ChangeAsync(requestId, "REMOVE taskToken", "taskToken = :token", new() { [":token"] = Items.Text(taskToken) }, cancellation);

    /// <summary>An execution ended without completing.</summary>
    /// <remarks>A cancelled request too: nothing was erased, but identities and ledger entries are still there, and another attempt removes them.</remarks>
    /// <returns>The request when this attempt is its latest and it has failed; null when it had been completed, or a later attempt is at work.</returns>
    public async Task<RequestRecord?> TryFailAsync(string requestId, int attempt, CancellationToken cancellation)
    {
        // An attempt newer than the one known failed before it could make itself known.
        var change = await ChangeAsync(
            requestId,
            "SET #status = :failed, attempt = :attempt, openShard = :shard REMOVE taskToken, endedAt",
            "(#status IN (:pending, :erasing, :exporting, :failed, :cancelled) AND attempt = :attempt) OR attempt < :attempt",
            new()
            {
                [":attempt"] = Items.Number(attempt),
                [":shard"] = RequestItems.OpenShard(requestId),
                [":pending"] = Items.Text(RequestStatuses.Pending),
                [":erasing"] = Items.Text(RequestStatuses.Erasing),
                [":exporting"] = Items.Text(RequestStatuses.Exporting),
                [":failed"] = Items.Text(RequestStatuses.Failed),
                [":cancelled"] = Items.Text(RequestStatuses.Cancelled),
            },
            cancellation);
        return change.Changed ? change.Request : null;
    }
}
