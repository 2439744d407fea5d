using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Restores.Replay;

/// <summary>Says what must be asked of AWS before a restore can be resolved.</summary>
public sealed class BeginReplay(RestoreStore restores) : IHandler<ReplayInput, ReplayState>
{
    public async Task<ReplayState> HandleAsync(ReplayInput input, Invocation invocation, CancellationToken deadline)
    {
        var record = await restores.GetAsync(input.RestoreId, deadline) ?? throw new RestoreUnknown();
        if (record.IsAnothers(input.Attempt)) return record.ToState(ReplaySteps.End);

        return record.ToState(ReplaySteps.Resolve, input.PauseSeconds) with
        {
            Table = record.Restore is { Service: "dynamodb", Target: { } target } ? target.Arn : null,
            LookUps = [.. record.Questions().Select(lookUp => new LookUpQuestion(lookUp.Action.ToString(), lookUp.Argument))],
        };
    }
}

/// <summary>A workflow was started for a restore that is not recorded.</summary>
public sealed class RestoreUnknown() : PermanentFailure("There is no such restore.");
