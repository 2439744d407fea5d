namespace ServerlessGdpr.Local.Lambda.Hosts;

/// <summary>Runs the workers of functions: something that speaks the Lambda Runtime API at the address in its variables.</summary>
public interface IFunctionHost
{
    /// <summary>The clock the hosted functions read, so the one their deadlines and timeouts are measured on.</summary>
    TimeProvider Clock { get; }

    /// <summary>How many workers run at once; further invocations wait for one.</summary>
    int MaxWorkers { get; }

    /// <summary>How many workers of one function run at once; further invocations of it wait for one of them.</summary>
    int MaxWorkersOfFunction => MaxWorkers;

    IFunctionInstance Start(FunctionDefinition function, FunctionEnvironment environment);
}

/// <summary>One running worker of a function.</summary>
public interface IFunctionInstance : IDisposable
{
    /// <summary>The process id where there is one.</summary>
    int? ProcessId { get; }

    /// <summary>The most memory it ever had, in bytes, where the system tells.</summary>
    long? PeakMemory => null;

    /// <summary>Completes, never faulted, when the worker is gone.</summary>
    Task<InstanceExit> Exited { get; }

    void Kill();
}

/// <param name="ErrorType">What Lambda calls the error, for example <c>Runtime.ExitError</c>.</param>
/// <param name="Reason">For example <c>Runtime exited with error: exit status 1</c>.</param>
public sealed record InstanceExit(string ErrorType, string Reason)
{
    public static InstanceExit Killed { get; } = WithError("signal: killed");

    public static InstanceExit WithoutReason { get; } = new("Runtime.ExitError", "Runtime exited without providing a reason");

    public static InstanceExit WithError(string error) => new("Runtime.ExitError", $"Runtime exited with error: {error}");
}

/// <param name="Variables">The environment variables as Lambda sets them, the function's own included.</param>
/// <param name="Clock">The clock of the cloud.</param>
/// <param name="WriteLine">Takes a line the function writes to its log.</param>
public sealed record FunctionEnvironment(IReadOnlyDictionary<string, string> Variables, TimeProvider Clock, Action<string> WriteLine);

/// <summary>A function program hosted in this process: its runtime loop, which ends when the token says so.</summary>
public delegate Task FunctionProgram(FunctionEnvironment environment, CancellationToken cancellation);
