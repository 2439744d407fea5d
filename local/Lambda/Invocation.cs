using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Lambda;

/// <summary>One call of a function, from the worker that takes it to its answer. The first outcome counts.</summary>
public sealed class Invocation(FunctionDefinition function, string payload, string traceId)
{
    /// <summary>The most an answer may hold; also what an invocation may be given: 6 MB and a little for the envelope.</summary>
    public const int MaxPayloadBytes = 6_291_556;

    private const int TailBytes = 4096;
    private readonly TaskCompletionSource<FunctionAnswer> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StringBuilder log = new();

    private readonly TaskCompletionSource<FunctionAnswer> answer = new();

    public string RequestId { get; } = Guid.NewGuid().ToString();

    public FunctionDefinition Function => function;

    public string Payload => payload;

    public string TraceId => traceId;

    /// <summary>When the function is killed; known once a worker is ready to take the call.</summary>
    public DateTimeOffset Deadline { get; set; }

    /// <summary>What the function, or its end, said.</summary>
    public Task<FunctionAnswer> Outcome => outcome.Task;

    /// <summary>The outcome as the caller gets it, when the worker is free again. Continuations run at once, while the call still counts as work in flight.</summary>
    public Task<FunctionAnswer> Answer => answer.Task;

    public bool IsTooLarge { get; private set; }

    /// <summary>The last 4 KB of what was logged in the call.</summary>
    public byte[] LogTail
    {
        get
        {
            lock (log)
            {
                var bytes = Encoding.UTF8.GetBytes(log.ToString());
                return bytes[^Math.Min(bytes.Length, TailBytes)..];
            }
        }
    }

    public void AppendLog(string line)
    {
        lock (log) log.Append(line).Append('\n');
    }

    public async Task ConcludeAsync() => answer.TrySetResult(await outcome.Task);

    public void Abandon(Exception reason) => answer.TrySetException(reason);

    public void Succeed(string result) => outcome.TrySetResult(new FunctionAnswer(result, null));

    /// <summary>The function said itself what went wrong.</summary>
    public void Fail(string errorPayload) => outcome.TrySetResult(new FunctionAnswer(errorPayload, "Unhandled"));

    /// <summary>Lambda says what went wrong.</summary>
    public void Fail(string errorType, string message) =>
        Fail(new JsonObject { ["errorType"] = errorType, ["errorMessage"] = message }.ToJsonString());

    public void FailTooLarge(int bytes)
    {
        IsTooLarge = true;
        Fail("Function.ResponseSizeTooLarge", $"Response payload size ({bytes} bytes) exceeded maximum allowed payload size ({MaxPayloadBytes} bytes).");
    }

    public void FailTimedOut() =>
        Fail("Sandbox.Timedout", string.Create(CultureInfo.InvariantCulture, $"RequestId: {RequestId} Error: Task timed out after {function.Timeout.TotalSeconds:F2} seconds"));
}
