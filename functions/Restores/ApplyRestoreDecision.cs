using Microsoft.Extensions.Logging;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Restores.Recognition;

namespace ServerlessGdpr.Functions.Restores;

/// <summary>Hands an operator's decision to the replay that waits for it, or opens another attempt of one whose execution failed.</summary>
public sealed class ApplyRestoreDecision(
    RestoreStore restores, RestoreDecisions decisions, ReplayTokens tokens, ReplayStarter replay, Rejections rejections, ILogger<ApplyRestoreDecision> log)
{
    public async Task ReceiveAsync(EventEnvelope envelope, CancellationToken cancellation)
    {
        var validated = RestoreDecisionEvent.Validate(envelope);
        var reasons = validated.Value is { } decision ? await ApplyAsync(envelope.Id, decision, cancellation) : validated.Reasons;
        if (reasons.Count > 0) await rejections.RejectAsync(envelope.Id, envelope, reasons, cancellation);
        else log.RestoreDecided(validated.Value!.Choice, envelope.Id, validated.Value.RestoreId);
    }

    /// <summary>The restore is read before the decision: what a delivery of the same event did in between is seen.</summary>
    private async Task<IReadOnlyList<Reason>> ApplyAsync(string eventId, RestoreDecisionEvent decision, CancellationToken cancellation)
    {
        if (await restores.GetAsync(decision.RestoreId, cancellation) is not { } restore) return [Reason.UnknownRestore()];
        if (await decisions.GetAsync(eventId, cancellation) is { } taken) return await RepeatAsync(restore, taken, decision, cancellation);
        if (restore.Status != RestoreStatuses.Waiting) return [Reason.RestoreNotWaiting()];
        if (restore.TaskToken is { } token)
        {
            return await decisions.TryTakeTokenAsync(restore, eventId, cancellation)
                ? await AnswerAsync(token, eventId, decision, cancellation)
                : [Reason.RestoreNotWaiting()];
        }

        if (restore.OperatorReason != OperatorReasons.ExecutionFailed || decision.Choice != RestoreDecisionEvent.Retry) return [Reason.RestoreNotWaiting()];
        if (await decisions.TryRetryAsync(restore, eventId, cancellation) is not { } retried) return [Reason.RestoreNotWaiting()];
        await replay.StartAsync(retried.RestoreId, retried.Attempt, cancellation);
        return [];
    }

    /// <summary>Does again what may not have been done, for the token or the attempt of the first time. A later one is another decision's.</summary>
    private async Task<IReadOnlyList<Reason>> RepeatAsync(RestoreRecord restore, TakenDecision taken, RestoreDecisionEvent decision, CancellationToken cancellation)
    {
        if (taken.Refused) return [Reason.RestoreNotWaiting()];

        // An earlier delivery may have answered it before it crashed: a dead token is no refusal here.
        if (taken.Token is { } token) await tokens.AnswerAsync(token, decision.Choice, decision.Why, cancellation);
        else if (taken.Attempt == restore.Attempt && restore.Status == RestoreStatuses.InProgress) await replay.StartAsync(restore.RestoreId, restore.Attempt, cancellation);
        return [];
    }

    private async Task<IReadOnlyList<Reason>> AnswerAsync(string token, string eventId, RestoreDecisionEvent decision, CancellationToken cancellation)
    {
        if (await tokens.AnswerAsync(token, decision.Choice, decision.Why, cancellation)) return [];
        await decisions.RefuseAsync(eventId, cancellation);
        return [Reason.RestoreNotWaiting()];
    }
}
