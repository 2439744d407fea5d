using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Erasure;

/// <summary>Keeps the task token with the request until an operator decides, and says on the bus what waits.</summary>
public sealed class AskOperator(RequestStore requests, StatusEvents events) : IHandler<AskRequest, Acknowledged>
{
    public async Task<Acknowledged> HandleAsync(AskRequest input, Invocation invocation, CancellationToken deadline)
    {
        var request = await requests.GetAsync(input.RequestId, deadline) ?? throw new RequestUnknown();
        await requests.SetTaskTokenAsync(input.RequestId, input.TaskToken, deadline);
        await events.PublishAsync(request, RequestStatuses.InProgress, deadline, new StatusDetails { Waiting = input.Waiting });
        return new Acknowledged();
    }
}

/// <summary>The answer of a step whose effect is all that counts.</summary>
public sealed record Acknowledged;
