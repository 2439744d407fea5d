using Microsoft.Extensions.Logging;
using ServerlessGdpr.Functions.Runtime.Logging;

namespace ServerlessGdpr.Functions.Runtime;

/// <summary>Runs one function: starts it, then takes invocations from the Runtime API until told to stop.</summary>
public static partial class FunctionHost
{
    private const int Stopped = 0;
    private const int Failed = 1;

    /// <param name="environment">The function's environment variables.</param>
    /// <param name="stop">Ends the loop; an invocation that is under way is given up.</param>
    /// <param name="output">Where log lines go; standard output by default.</param>
    /// <param name="handlers">The functions to select from; <see cref="Handlers.All"/> by default.</param>
    /// <returns>The process's exit code: 0 when stopped, 1 when the function could not start or Lambda is gone.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyDictionary<string, string> environment,
        TimeProvider time,
        CancellationToken stop,
        TextWriter? output = null,
        IReadOnlyList<HandlerRegistration>? handlers = null)
    {
        output ??= Console.Out;
        using var logs = FunctionLogs.Create(environment, output, time);
        var log = logs.CreateLogger(typeof(FunctionHost).FullName!);
        if (environment.GetValueOrDefault("AWS_LAMBDA_RUNTIME_API", "") is not { Length: > 0 } address)
        {
            LogNotStarted(log, nameof(InvalidConfiguration), "AWS_LAMBDA_RUNTIME_API is missing: Lambda or the local cloud starts this program.");
            return Failed;
        }

        using var api = new RuntimeApi(address);
        var metrics = new Metrics(output, time, FunctionLogs.Service(environment));
        try
        {
            using var started = Start(environment, handlers ?? Handlers.All, time, logs, metrics);
            if (started.Failure is { } failure)
            {
                // Only the messages of these classes are known to hold no personal data.
                var problem = failure is InvalidConfiguration or Datastores.DataMapInvalid ? failure.Message : "The function could not be built.";
                LogNotStarted(log, failure.GetType().Name, problem);
                await api.FailInitialisationAsync(failure.GetType().Name, problem, stop);
                return Failed;
            }

            await new InvocationLoop(api, started.Function!, time, logs.CreateLogger<InvocationLoop>()).RunAsync(stop);
            return Stopped;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Stopped;
        }
        catch (HttpRequestException lost)
        {
            LogRuntimeApiLost(log, lost);
            return Failed;
        }
    }

    private static StartedFunction Start(
        IReadOnlyDictionary<string, string> environment,
        IReadOnlyList<HandlerRegistration> handlers,
        TimeProvider time,
        ILoggerFactory logs,
        Metrics metrics)
    {
        Composition? composition = null;
        try
        {
            var handler = Handlers.Select(handlers, environment.GetValueOrDefault("_HANDLER", ""));
            composition = new Composition(Settings.Read(environment, handler.Settings), time, logs, metrics);
            return new StartedFunction(handler.Create(composition), null, composition);
        }
        catch (Exception failure)
        {
            return new StartedFunction(null, failure, composition);
        }
    }

    [LoggerMessage(1001, LogLevel.Critical, "The function did not start: {Problem}")]
    private static partial void LogNotStarted(ILogger log, string errorType, string problem);

    [LoggerMessage(1002, LogLevel.Critical, "The Runtime API is gone")]
    private static partial void LogRuntimeApiLost(ILogger log, Exception lost);

    private sealed record StartedFunction(IFunction? Function, Exception? Failure, Composition? Composition) : IDisposable
    {
        public void Dispose() => Composition?.Dispose();
    }
}
