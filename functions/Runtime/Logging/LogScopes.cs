using Microsoft.Extensions.Logging;

namespace ServerlessGdpr.Functions.Runtime.Logging;

/// <summary>What every record of an invocation carries.</summary>
public static class LogScopes
{
    internal static IDisposable? BeginInvocation(this ILogger log, Received received, bool coldStart) => log.BeginScope(new List<KeyValuePair<string, object?>>
    {
        new(LogKeys.ColdStart, coldStart),
        new(LogKeys.TraceId, received.Invocation.TraceId),
        new(LogKeys.FunctionArn, received.FunctionArn),
        new(LogKeys.InvocationId, received.Invocation.Id),
    });

    /// <summary>Every record until the scope's end is about one request.</summary>
    /// <param name="requestId">Our own request id: never an identity.</param>
    public static IDisposable? BeginRequest(this ILogger log, string requestId) =>
        log.BeginScope(new List<KeyValuePair<string, object?>> { new(LogKeys.CorrelationId, requestId) });
}
