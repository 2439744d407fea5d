using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions.Distributed;
using ServerlessGdpr.Local.StepFunctions.Running;

namespace ServerlessGdpr.Local.StepFunctions.Api;

/// <summary>The operations on executions and their history.</summary>
internal sealed class ExecutionOperations(StateMachines machines, Executions executions, MapRuns runs)
{
    private static readonly string[] Statuses = ["SUCCEEDED", "TIMED_OUT", "PENDING_REDRIVE", "ABORTED", "FAILED", "RUNNING"];

    public JsonObject Start(ApiRequest request)
    {
        request.AllowOnly("stateMachineArn name input traceHeader");
        var execution = executions.Start(request.Required("stateMachineArn"), request.Text("name"), request.Text("input") ?? "{}");
        return new JsonObject { ["executionArn"] = execution.Arn, ["startDate"] = ApiJson.Seconds(execution.StartDate) };
    }

    public JsonObject Stop(ApiRequest request)
    {
        request.AllowOnly("executionArn error cause");
        var execution = executions.Get(request.Required("executionArn"));
        execution.TryFinish(ExecutionStatus.Aborted, null, error: request.Text("error"), cause: request.Text("cause"));
        return new JsonObject { ["stopDate"] = ApiJson.Seconds(execution.Standing.StopDate!.Value) };
    }

    public JsonObject Describe(ApiRequest request)
    {
        request.AllowOnly("executionArn includedData");
        return ApiJson.Description(executions.Get(request.Required("executionArn")));
    }

    public JsonObject List(ApiRequest request)
    {
        request.AllowOnly("stateMachineArn mapRunArn statusFilter maxResults nextToken");
        var status = request.Text("statusFilter");
        if (status is not null && !Statuses.Contains(status))
        {
            throw new AwsError("ValidationException", $"1 validation error detected: Value '{status}' at 'statusFilter' failed to satisfy constraint: Member must satisfy enum value set: [{string.Join(", ", Statuses)}]");
        }

        // A page goes on after its last execution even when that one has another status by now.
        var all = request.Text("mapRunArn") is { } run ? executions.Of(runs.Get(run)) : executions.Of(machines.Get(request.Required("stateMachineArn")).Arn);
        if (request.Text("nextToken") is { } token) all = [.. all.SkipWhile(execution => execution.Arn != token)];
        var listed = all.Where(execution => status is null || execution.Standing.StatusName == status || execution.Arn == request.Text("nextToken"));
        return request.Page("executions", listed, execution => execution.Arn, ApiJson.Summary);
    }

    public JsonObject History(ApiRequest request)
    {
        request.AllowOnly("executionArn maxResults reverseOrder nextToken includeExecutionData");
        var events = executions.Get(request.Required("executionArn")).History.Events;
        var withData = request.Flag("includeExecutionData", absent: true);
        var ordered = request.Flag("reverseOrder", absent: false) ? events.Reverse() : events;
        return request.Page("events", ordered, happened => happened.Id.ToString(), happened => happened.ToJson(withData));
    }
}
