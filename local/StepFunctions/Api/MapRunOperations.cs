using System.Text.Json.Nodes;
using ServerlessGdpr.Local.StepFunctions.Distributed;

namespace ServerlessGdpr.Local.StepFunctions.Api;

/// <summary>The operations on map runs.</summary>
internal sealed class MapRunOperations(Executions executions, MapRuns runs)
{
    public JsonObject List(ApiRequest request)
    {
        request.AllowOnly("executionArn maxResults nextToken");
        return request.Page("mapRuns", runs.Of(executions.Get(request.Required("executionArn"))), run => run.Arn, Summary);
    }

    public JsonObject Describe(ApiRequest request)
    {
        request.AllowOnly("mapRunArn");
        var run = runs.Get(request.Required("mapRunArn"));
        var (json, progress) = (Summary(run), run.Progress);
        json.Remove("stateMachineArn");
        json["status"] = progress.Status.ToString().ToUpperInvariant();
        json["maxConcurrency"] = run.Limits.MaxConcurrency;
        json["toleratedFailureCount"] = run.Limits.ToleratedCount ?? 0;
        json["toleratedFailurePercentage"] = run.Limits.ToleratedPercentage ?? 0;
        json["itemCounts"] = Counts(progress.Items);
        json["executionCounts"] = Counts(progress.Executions);
        json["redriveCount"] = 0;
        return json;
    }

    private static JsonObject Summary(MapRun run)
    {
        var json = new JsonObject
        {
            ["executionArn"] = run.Parent.Arn,
            ["mapRunArn"] = run.Arn,
            ["stateMachineArn"] = run.Machine.Arn,
            ["startDate"] = ApiJson.Seconds(run.StartDate),
        };
        if (run.Progress.StopDate is { } stopDate) json["stopDate"] = ApiJson.Seconds(stopDate);
        return json;
    }

    /// <summary>Nothing is pending: items are read when a child execution can take them.</summary>
    private static JsonObject Counts(Tally tally) => new()
    {
        ["pending"] = 0,
        ["running"] = tally.Running,
        ["succeeded"] = tally.Succeeded,
        ["failed"] = tally.Failed,
        ["timedOut"] = tally.TimedOut,
        ["aborted"] = tally.Aborted,
        ["total"] = tally.Total,
        ["resultsWritten"] = tally.ResultsWritten,
        ["failuresNotRedrivable"] = 0,
        ["pendingRedrive"] = 0,
    };
}
