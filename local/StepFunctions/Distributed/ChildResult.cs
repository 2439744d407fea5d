using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.StepFunctions.Definition;
using ServerlessGdpr.Local.StepFunctions.Running;

namespace ServerlessGdpr.Local.StepFunctions.Distributed;

/// <summary>A child execution as result files, and the result of a Map state that tolerates failures, tell of it.</summary>
internal static class ChildResult
{
    public static JObject Of(Execution child)
    {
        var standing = child.Standing;
        var result = new JObject();
        if (standing.Cause is not null) result["Cause"] = standing.Cause;
        if (standing.Error is not null) result["Error"] = standing.Error;
        result["ExecutionArn"] = child.Arn;
        result["Input"] = child.Input;
        result["InputDetails"] = new JObject { ["Included"] = true };
        result["Name"] = child.Name;
        if (standing.Output is not null)
        {
            result["Output"] = standing.Output;
            result["OutputDetails"] = new JObject { ["Included"] = true };
        }

        result["RedriveCount"] = 0;
        result["RedriveStatus"] = Redrive.Status(standing);
        if (Redrive.Reason(standing) is { } reason) result["RedriveStatusReason"] = reason;
        result["StartDate"] = Timestamps.Text(child.StartDate);
        result["StateMachineArn"] = child.Machine.Arn;
        result["Status"] = standing.StatusName;
        result["StopDate"] = Timestamps.Text(standing.StopDate!.Value);
        return result;
    }
}
