using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.StepFunctions.Distributed;
using ServerlessGdpr.Local.StepFunctions.Integrations;
using ServerlessGdpr.Local.StepFunctions.Paths;

namespace ServerlessGdpr.Local.StepFunctions.Definition;

/// <summary>States and where to begin: a state machine, a branch of a Parallel state, or the processor of a Map state.</summary>
internal sealed record Workflow(string StartAt, IReadOnlyDictionary<string, State> States, long? TimeoutSeconds = null);

/// <summary>How data passes through a state, in this order. An absent path is <c>$</c>; <c>null</c> discards.</summary>
internal sealed record DataFlow(JsonPath? InputPath, PayloadTemplate? Parameters, PayloadTemplate? ResultSelector, JsonPath? ResultPath, JsonPath? OutputPath);

/// <param name="Next">The state that follows; null ends the workflow.</param>
internal abstract record State(string Name, DataFlow Flow, string? Next)
{
    /// <summary>The <c>Type</c>, which the history's event types begin with.</summary>
    public string Type => GetType().Name[..^nameof(State).Length];

    /// <summary>Every state that may come after this one.</summary>
    public virtual IEnumerable<string> Targets => Next is null ? [] : [Next];
}

internal sealed record PassState(string Name, DataFlow Flow, string? Next, JToken? Result) : State(Name, Flow, Next);

internal sealed record SucceedState(string Name, DataFlow Flow) : State(Name, Flow, null);

internal sealed record FailState(string Name, DataFlow Flow, Expression? Error, Expression? Cause) : State(Name, Flow, null);

internal sealed record ChoiceState(string Name, DataFlow Flow, IReadOnlyList<ChoiceRule> Rules, string? Default) : State(Name, Flow, null)
{
    public override IEnumerable<string> Targets => Rules.Select(rule => rule.Next).Concat(Default is null ? [] : [Default]);
}

internal sealed record ChoiceRule(Condition Condition, string Next);

/// <summary>Exactly one of the four is there.</summary>
internal sealed record WaitState(string Name, DataFlow Flow, string? Next, long? Seconds, JsonPath? SecondsPath, DateTimeOffset? Timestamp, JsonPath? TimestampPath)
    : State(Name, Flow, Next);

/// <summary>A state that may fail, and what is to be done then.</summary>
internal abstract record FallibleState(string Name, DataFlow Flow, string? Next, IReadOnlyList<Retrier> Retry, IReadOnlyList<Catcher> Catch) : State(Name, Flow, Next)
{
    public override IEnumerable<string> Targets => base.Targets.Concat(Catch.Select(catcher => catcher.Next));
}

internal sealed record TaskState(
    string Name,
    DataFlow Flow,
    string? Next,
    IReadOnlyList<Retrier> Retry,
    IReadOnlyList<Catcher> Catch,
    TaskResource Resource,
    NumberOrPath? Timeout,
    NumberOrPath? Heartbeat) : FallibleState(Name, Flow, Next, Retry, Catch);

internal sealed record ParallelState(
    string Name,
    DataFlow Flow,
    string? Next,
    IReadOnlyList<Retrier> Retry,
    IReadOnlyList<Catcher> Catch,
    IReadOnlyList<Workflow> Branches) : FallibleState(Name, Flow, Next, Retry, Catch);

/// <param name="Distributed">Null for an inline Map state.</param>
internal sealed record MapState(
    string Name,
    DataFlow Flow,
    string? Next,
    IReadOnlyList<Retrier> Retry,
    IReadOnlyList<Catcher> Catch,
    JsonPath ItemsPath,
    Workflow Processor,
    NumberOrPath? MaxConcurrency,
    NumberOrPath? ToleratedCount,
    NumberOrPath? ToleratedPercentage,
    DistributedMap? Distributed) : FallibleState(Name, Flow, Next, Retry, Catch);

/// <summary>A number in the definition, or where the input has it.</summary>
internal sealed record NumberOrPath(string Field, double Value, JsonPath? Path);

/// <param name="MaxDelaySeconds">The longest back-off; null for none.</param>
internal sealed record Retrier(
    IReadOnlyList<string> ErrorEquals,
    double IntervalSeconds,
    long MaxAttempts,
    double BackoffRate,
    double? MaxDelaySeconds,
    bool FullJitter);

internal sealed record Catcher(IReadOnlyList<string> ErrorEquals, JsonPath? ResultPath, string Next);
