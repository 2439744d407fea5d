using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions.Running;

namespace ServerlessGdpr.Local.Iam.Requests;

/// <summary>Step Functions. Who answers a task needs the permission on the state machine whose execution gave the token out.</summary>
internal sealed class StepFunctionsAccess(TaskTokens tokens) : IRequestAccess
{
    /// <summary>The member that names the resource, or the one in its place; none where the operation knows no resources.</summary>
    private static readonly Dictionary<string, string?> Members = new(StringComparer.Ordinal)
    {
        ["StartExecution"] = "stateMachineArn",
        ["ListExecutions"] = "stateMachineArn",
        ["DescribeStateMachine"] = "stateMachineArn",
        ["StopExecution"] = "executionArn",
        ["DescribeExecution"] = "executionArn",
        ["GetExecutionHistory"] = "executionArn",
        ["ListMapRuns"] = "executionArn",
        ["DescribeMapRun"] = "mapRunArn",
        ["ListStateMachines"] = null,
    };

    public string SigningName => "states";

    public async Task<IReadOnlyList<Access>> ReadAsync(HttpContext context)
    {
        var operation = JsonProtocol.Operation(context);
        var request = await RequestBody.PeekAsync(context);
        if (operation.StartsWith("SendTask", StringComparison.Ordinal)) return OfToken(operation, request);
        if (!Members.TryGetValue(operation, out var member)) throw RequestBody.Unknown(SigningName, operation);
        return [new Access($"states:{operation}", member is null ? "*" : request.Text(member) ?? request.Text("mapRunArn") ?? "*")];
    }

    /// <summary>A token that is over, or never was one, belongs to no state machine; the service says so itself.</summary>
    private Access[] OfToken(string operation, JsonObject request) =>
        request.Text("taskToken") is { } token && tokens.MachineOf(token) is { } machine ? [new Access($"states:{operation}", machine)] : [];
}
