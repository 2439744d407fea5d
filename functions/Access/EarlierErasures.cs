using ServerlessGdpr.Functions.Access.Bundle;
using ServerlessGdpr.Functions.Erasure;
using ServerlessGdpr.Functions.Requests;

namespace ServerlessGdpr.Functions.Access;

/// <summary>What was erased of a person before they asked for their data: whoever finds nothing should be told why.</summary>
public sealed class EarlierErasures(AcceptanceOrder order, TaskStore<ErasureTask> tasks)
{
    public async Task<IReadOnlyList<EarlierErasure>> ListAsync(RequestRecord request, CancellationToken cancellation)
    {
        var erasures = new List<EarlierErasure>();
        foreach (var (other, isEarlier) in await order.ListAsync(request, cancellation))
        {
            if (!isEarlier || !other.IsErasure || other.Status == RequestStatuses.Cancelled) continue;
            var all = await tasks.ListAsync(other.RequestId, cancellation);
            erasures.Add(new EarlierErasure(other.SubmittedAt, other.PublishedStatus, [.. all.Select(TaskOutcome.Of)], RequestOutcome.BackupsExpireBy(all)));
        }

        return erasures;
    }
}
