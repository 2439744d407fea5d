using System.Text.Json.Nodes;
using ServerlessGdpr.Local.StepFunctions.Running;

namespace ServerlessGdpr.Local.StepFunctions.Api;

/// <summary>Shapes that several operations answer with.</summary>
internal static class ApiJson
{
    /// <summary>Seconds since 1970, with milliseconds.</summary>
    public static decimal Seconds(DateTimeOffset instant) => instant.ToUnixTimeMilliseconds() / 1000m;

    public static JsonObject Summary(Execution execution)
    {
        var standing = execution.Standing;
        var json = new JsonObject
        {
            ["executionArn"] = execution.Arn,
            ["stateMachineArn"] = execution.Machine.Arn,
            ["name"] = execution.Name,
            ["status"] = standing.StatusName,
            ["startDate"] = Seconds(execution.StartDate),
            ["redriveCount"] = 0,
        };
        if (execution.MapRun is { } run)
        {
            json["mapRunArn"] = run.Arn;
            json["itemCount"] = execution.ItemCount;
        }

        if (standing.StopDate is { } stopDate) json["stopDate"] = Seconds(stopDate);
        return json;
    }

    public static JsonObject Description(Execution execution)
    {
        var (json, standing) = (Summary(execution), execution.Standing);
        json.Remove("itemCount");
        json["input"] = execution.Input;
        json["inputDetails"] = new JsonObject { ["included"] = true };
        json["redriveStatus"] = Redrive.Status(standing);
        if (Redrive.Reason(standing) is { } reason) json["redriveStatusReason"] = reason;
        if (standing.Error is not null) json["error"] = standing.Error;
        if (standing.Cause is not null) json["cause"] = standing.Cause;
        if (standing.Output is null) return json;
        json["output"] = standing.Output;
        json["outputDetails"] = new JsonObject { ["included"] = true };
        return json;
    }
}
