using System.Collections.Concurrent;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Tests.Local.Support;

/// <summary>Functions and state machines that note when they were called, and answer as they are told.</summary>
internal sealed class RecordingFunctions(TimeProvider time) : IFunctions, IEventFunctions, IStateMachines
{
    private readonly ConcurrentQueue<Call> calls = new();

    public IReadOnlyList<Call> Calls => [.. calls];

    public Func<Call, FunctionAnswer> Answer { get; set; } = _ => new FunctionAnswer("{}", null);

    public Task<FunctionAnswer> InvokeAsync(string functionArn, string payload, CancellationToken cancellation) =>
        Task.FromResult(Answer(Record(functionArn, payload)));

    public void Accept(string functionArn, string payload) => Answer(Record(functionArn, payload));

    public Task<string> StartExecutionAsync(string stateMachineArn, string? name, string input, CancellationToken cancellation)
    {
        Record(stateMachineArn, input);
        return Task.FromResult($"{stateMachineArn}:1");
    }

    private Call Record(string arn, string payload)
    {
        var call = new Call(time.GetUtcNow(), arn, payload);
        calls.Enqueue(call);
        return call;
    }

    public sealed record Call(DateTimeOffset At, string Arn, string Payload);
}
