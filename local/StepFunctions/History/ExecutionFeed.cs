using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace ServerlessGdpr.Local.StepFunctions.History;

/// <summary>Live progress of all executions, for whoever watches in this process.</summary>
public sealed class ExecutionFeed
{
    private ImmutableArray<Action<ExecutionProgress>> watchers = [];

    /// <summary>Calls <paramref name="watcher"/> with every event from now on, in order per execution, until disposed. It must be quick and not call back.</summary>
    public IDisposable Subscribe(Action<ExecutionProgress> watcher)
    {
        ImmutableInterlocked.Update(ref watchers, current => current.Add(watcher));
        return new Subscription(() => ImmutableInterlocked.Update(ref watchers, current => current.Remove(watcher)));
    }

    internal void Publish(string executionArn, string stateMachineArn, HistoryEvent happened)
    {
        if (watchers.IsEmpty) return;
        var state = (string?)happened.Body.Details?["name"];
        var progress = new ExecutionProgress(executionArn, stateMachineArn, happened.Id, happened.Timestamp, happened.Body.Type, state, happened.ToJson(withData: true));
        foreach (var watcher in watchers) watcher(progress);
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}

/// <param name="State">The state's name, where the event has one.</param>
/// <param name="Event">The event as GetExecutionHistory gives it.</param>
public sealed record ExecutionProgress(
    string ExecutionArn,
    string StateMachineArn,
    long EventId,
    DateTimeOffset Timestamp,
    string Type,
    string? State,
    JsonObject Event);
