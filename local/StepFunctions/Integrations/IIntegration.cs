using Newtonsoft.Json.Linq;

namespace ServerlessGdpr.Local.StepFunctions.Integrations;

/// <summary>One action of another service that a Task state can ask for.</summary>
internal interface IIntegration
{
    /// <summary>The service as the resource ARN names it, for example <c>lambda</c>.</summary>
    string Service { get; }

    /// <summary>The action as the resource ARN names it, for example <c>invoke</c>.</summary>
    string Action { get; }

    /// <summary>It may be asked for with <c>.waitForTaskToken</c>.</summary>
    bool CanWaitForToken { get; }

    /// <summary>The fields that Parameters may have.</summary>
    IReadOnlyCollection<string> Parameters { get; }

    /// <summary>The fields that Parameters must have.</summary>
    IReadOnlyCollection<string> Required { get; }

    /// <exception cref="StateFailure">The service refused, or the call failed.</exception>
    Task<JToken> CallAsync(TaskCall call, CancellationToken cancellation);
}

/// <param name="Parameters">What Parameters made of the input.</param>
/// <param name="RoleArn">The state machine's role, as which the call is made.</param>
internal sealed record TaskCall(JToken Parameters, string ExecutionArn, string StateMachineArn, string RoleArn);

/// <summary>What a Task state's Resource names.</summary>
/// <param name="IsFunction">It is a function's own ARN, which has events of its own in the history.</param>
internal sealed record TaskResource(string Arn, IIntegration Integration, bool WaitsForToken, bool IsFunction)
{
    public string Action => WaitsForToken ? Integration.Action + IntegrationCatalog.TokenSuffix : Integration.Action;
}
