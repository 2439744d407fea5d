namespace ServerlessGdpr.Functions.Runtime.Logging;

/// <summary>The keys of a log line, as Powertools for AWS Lambda names them, so that queries written for it find ours.</summary>
public static class LogKeys
{
    public const string ColdStart = "cold_start";
    public const string TraceId = "xray_trace_id";
    public const string CorrelationId = "correlation_id";
    public const string FunctionName = "function_name";
    public const string FunctionVersion = "function_version";
    public const string MemorySize = "function_memory_size";
    public const string FunctionArn = "function_arn";
    public const string InvocationId = "function_request_id";
    public const string Timestamp = "timestamp";
    public const string Level = "level";
    public const string Service = "service";
    public const string Name = "name";
    public const string Message = "message";
    public const string Exception = "exception";

    /// <summary>The keys that a line begins with, in this order; absent ones are left out. A log parameter of such a name is not written.</summary>
    public static IReadOnlyList<string> Leading { get; } =
    [
        ColdStart, TraceId, CorrelationId, FunctionName, FunctionVersion, MemorySize, FunctionArn, InvocationId,
        Timestamp, Level, Service, Name, Message, Exception,
    ];
}
