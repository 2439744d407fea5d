using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions.Api;

namespace ServerlessGdpr.Local.StepFunctions;

/// <summary>AWS Step Functions: JSONPath state machines of type STANDARD.</summary>
internal sealed class StepFunctionsService(MachineOperations machines, ExecutionOperations executions, TaskOperations tasks, MapRunOperations mapRuns) : IAwsService
{
    private readonly Dictionary<string, Func<ApiRequest, JsonObject>> operations = new(StringComparer.Ordinal)
    {
        ["CreateStateMachine"] = machines.Create,
        ["UpdateStateMachine"] = machines.Update,
        ["DeleteStateMachine"] = machines.Delete,
        ["DescribeStateMachine"] = machines.Describe,
        ["ListStateMachines"] = machines.List,
        ["ListTagsForResource"] = machines.ListTags,
        ["StartExecution"] = executions.Start,
        ["StopExecution"] = executions.Stop,
        ["DescribeExecution"] = executions.Describe,
        ["ListExecutions"] = executions.List,
        ["GetExecutionHistory"] = executions.History,
        ["ListMapRuns"] = mapRuns.List,
        ["DescribeMapRun"] = mapRuns.Describe,
        ["SendTaskSuccess"] = tasks.Succeed,
        ["SendTaskFailure"] = tasks.Fail,
        ["SendTaskHeartbeat"] = tasks.Heartbeat,
    };

    public string SigningName => "states";

    public async Task HandleAsync(HttpContext context)
    {
        var name = JsonProtocol.Operation(context);
        if (!operations.TryGetValue(name, out var operation)) throw AwsError.NotImplemented("Step Functions", name);
        await JsonProtocol.WriteAsync(context, operation(new ApiRequest(await JsonProtocol.ReadAsync(context))));
    }
}
