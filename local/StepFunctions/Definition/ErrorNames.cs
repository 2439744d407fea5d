namespace ServerlessGdpr.Local.StepFunctions.Definition;

/// <summary>Which failures an ErrorEquals stands for.</summary>
internal static class ErrorNames
{
    public const string All = "States.ALL";
    private const string TaskFailed = "States.TaskFailed";

    public static bool Match(IReadOnlyList<string> errorEquals, StateFailure failure) =>
        failure.Error != StateFailure.Runtime && errorEquals.Any(name => Matches(name, failure));

    /// <summary>States.ALL leaves out what AWS documents as terminal.</summary>
    private static bool Matches(string name, StateFailure failure) => name switch
    {
        All => failure.Error != StateFailure.DataLimitExceeded,
        TaskFailed => failure.Error is not (StateFailure.Timeout or StateFailure.DataLimitExceeded),
        _ => name == failure.Error || name == failure.Alias,
    };
}
