using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>
/// Erasure and access of one person are served in the order in which they were accepted: a request waits for earlier ones of the other sort, so that nobody is
/// sent half of what is just being erased. No request becomes late by that.
/// </summary>
public sealed class Turns(AcceptanceOrder order, Metrics metrics, TimeProvider time)
{
    /// <summary>So much of the statutory period is left when a request waits no longer.</summary>
    public static readonly TimeSpan Reserve = TimeSpan.FromDays(7);

    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(15), LongestWait = TimeSpan.FromHours(1);

    /// <returns>Seconds after which to ask again; 0 when it is the request's turn.</returns>
    public async Task<int> SecondsToWaitAsync(RequestRecord request, CancellationToken cancellation)
    {
        if (request.BegunAt is not null || !await IsBehindAsync(request, cancellation)) return 0;

        var now = time.GetUtcNow();
        var left = request.DueAt - Reserve - now;
        if (left <= TimeSpan.Zero)
        {
            metrics.Count("RequestsOvertaking", 1);
            return 0;
        }

        // The longer it takes, the less often it is looked at.
        var waited = (now - request.ReceivedAt) / 4;
        var wait = waited < ShortestWait ? ShortestWait : waited > LongestWait ? LongestWait : waited;
        return (int)Math.Ceiling((wait < left ? wait : left).TotalSeconds);
    }

    private async Task<bool> IsBehindAsync(RequestRecord request, CancellationToken cancellation) =>
        (await order.ListAsync(request, cancellation)).Any(other => other is { IsEarlier: true, Request.EndedAt: null } && other.Request.IsErasure != request.IsErasure);
}
