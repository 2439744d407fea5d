namespace ServerlessGdpr.Local.StepFunctions;

/// <summary>A state's error as the Amazon States Language knows it: what Retry and Catch match, and what they are told.</summary>
internal sealed class StateFailure(string? error, string? cause) : Exception(cause)
{
    public const string Runtime = "States.Runtime";
    public const string Timeout = "States.Timeout";
    public const string HeartbeatTimeout = "States.HeartbeatTimeout";
    public const string Permissions = "States.Permissions";
    public const string DataLimitExceeded = "States.DataLimitExceeded";

    public string? Error { get; } = error;

    public string? Cause { get; } = cause;

    /// <summary>A further name by which handlers may match it.</summary>
    public string? Alias { get; init; }

    /// <summary>Its cause does not say yet in which state it happened.</summary>
    private bool Unplaced { get; init; }

    /// <summary>A mistake that only shows when the state runs: nothing retries or catches it.</summary>
    public static StateFailure AtRuntime(string cause) => new(Runtime, cause) { Unplaced = true };

    public static StateFailure Intrinsic(string cause) => new("States.IntrinsicFailure", cause) { Unplaced = true };

    public static StateFailure ResultPath(string cause) => new("States.ResultPathMatchFailure", cause) { Unplaced = true };

    public static StateFailure TooLarge(string what) =>
        new(DataLimitExceeded, $"The state/task '{what}' returned a result with a size exceeding the maximum number of bytes service limit.");

    /// <summary>The same failure, its cause beginning with where it happened.</summary>
    public StateFailure In(string state, long enteredEventId) => Unplaced
        ? new StateFailure(Error, $"An error occurred while executing the state '{state}' (entered at the event id #{enteredEventId}). {Cause}")
        : this;
}
