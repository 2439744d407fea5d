using System.Text.Json;
using ServerlessGdpr.Functions.Restores.Replay;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Runtime.Aws;

namespace ServerlessGdpr.Functions.Restores;

/// <summary>Lets replays that wait go on: they are given <c>{"decision","reason"}</c>.</summary>
public sealed class ReplayTokens(IWorkflows workflows)
{
    /// <returns>False when nothing waits on the token any more.</returns>
    public Task<bool> AnswerAsync(string token, string choice, string? reason, CancellationToken cancellation) => workflows.SendTaskSuccessAsync(
        token, JsonSerializer.Serialize(new RestoreDecision { Kind = choice, Reason = reason }, FunctionsJson.Default.RestoreDecision), cancellation);
}
