using Microsoft.Extensions.Logging;

namespace ServerlessGdpr.Functions.Restores;

/// <summary>A replay that waits for an operator only because its announcements left something open goes on by itself when one comes that can be handled.</summary>
public sealed class ResumeReplay(RestoreDecisions decisions, ReplayTokens tokens, ILogger<ResumeReplay> log)
{
    private const string Retry = RestoreDecisionEvent.Retry;

    /// <param name="restore">As the announcement left it.</param>
    public async Task TryAsync(RestoreRecord restore, string eventId, CancellationToken cancellation)
    {
        if (await decisions.GetAsync(eventId, cancellation) is { } taken)
        {
            if (taken is { Token: { } token, Refused: false }) await tokens.AnswerAsync(token, Retry, null, cancellation);
            return;
        }

        if (restore is not { Status: RestoreStatuses.Waiting, OperatorReason: null, TaskToken: { } waiting }) return;
        if (!await decisions.TryTakeTokenAsync(restore, eventId, cancellation)) return;
        await tokens.AnswerAsync(waiting, Retry, null, cancellation);
        log.ReplayResumed(restore.RestoreId, eventId);
    }
}
