using ServerlessGdpr.Local.StepFunctions.Running;

namespace ServerlessGdpr.Local.StepFunctions;

/// <summary>What AWS would say of redriving an execution. The local cloud itself does not redrive.</summary>
internal static class Redrive
{
    public static string Status(Standing standing) => IsPossible(standing) ? "REDRIVABLE" : "NOT_REDRIVABLE";

    public static string? Reason(Standing standing) => IsPossible(standing) ? null : $"Execution is {standing.StatusName} and cannot be redriven";

    private static bool IsPossible(Standing standing) => standing.Status is ExecutionStatus.Failed or ExecutionStatus.TimedOut or ExecutionStatus.Aborted;
}
