using ServerlessGdpr.Functions.Erasure;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Restores.Replay;

/// <summary>Keeps the task token with the restore until an operator decides, and says on the bus why.</summary>
public sealed class AskAboutRestore(RestoreStore restores, RestoreStatusEvents events) : IHandler<ReplayInput, Acknowledged>
{
    public async Task<Acknowledged> HandleAsync(ReplayInput input, Invocation invocation, CancellationToken deadline)
    {
        var record = await restores.GetAsync(input.RestoreId, deadline) ?? throw new RestoreUnknown();
        var waiting = record with { Status = RestoreStatuses.Waiting, TaskToken = input.TaskToken };
        await restores.SaveAsync(waiting, deadline);
        await events.PublishAsync(waiting, deadline);
        return new Acknowledged();
    }
}
