namespace ServerlessGdpr.Local.Lambda;

/// <summary>Where functions' log lines go.</summary>
public interface IFunctionLogs
{
    void Append(FunctionLogLine line);
}

/// <param name="LogGroup">For example <c>/aws/lambda/receive-request</c>.</param>
/// <param name="LogStream">One per worker.</param>
public sealed record FunctionLogLine(string FunctionName, string LogGroup, string LogStream, string Message);
