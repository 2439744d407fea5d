using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.StepFunctions.Definition;
using ServerlessGdpr.Local.StepFunctions.History;
using ServerlessGdpr.Local.StepFunctions.Paths;

namespace ServerlessGdpr.Local.StepFunctions.Running;

/// <param name="Next">The state to go to; null ends the workflow.</param>
internal sealed record Step(JToken Output, string? Next);

/// <summary>One passage of a branch through a state.</summary>
internal sealed class StateVisit(State state, JToken input, Branch branch, TimeProvider time, Chance chance)
{
    private readonly DateTimeOffset enteredTime = time.GetUtcNow();

    public State State { get; } = state;

    /// <summary>What the previous state gave, untouched.</summary>
    public JToken Input { get; } = input;

    public Branch Branch { get; } = branch;

    public long EnteredEventId { get; private set; }

    public int RetryCount { get; set; }

    public string? TaskToken { get; set; }

    /// <summary>The Map or Parallel state has started its branches.</summary>
    public bool HasStarted { get; set; }

    public void Enter() => EnteredEventId = Branch.Record(Events.Entered(State, Json.Text(Input)));

    public EvaluationScope Scope(JToken seen, MapItem? item = null) => new(seen, () => Context(item ?? Branch.Item), chance);

    public JToken EffectiveInput() => State.Flow.InputPath?.Get(Scope(Input)) ?? new JObject();

    /// <exception cref="StateFailure">Among others: what Parameters, or a Map state's ItemSelector, make is larger than an input may be.</exception>
    public JToken ApplyParameters(JToken effectiveInput, MapItem? item = null)
    {
        if (State.Flow.Parameters is not { } parameters) return item?.Value ?? effectiveInput;
        var made = parameters.Evaluate(Scope(effectiveInput, item));
        return Json.IsTooLarge(Json.Text(made)) ? throw StateFailure.TooLarge(State.Name) : made;
    }

    /// <summary>The output of a state with <paramref name="result"/>: ResultSelector, ResultPath, OutputPath.</summary>
    public JToken Complete(JToken result)
    {
        var selected = State.Flow.ResultSelector?.Evaluate(Scope(result)) ?? result;
        var combined = State.Flow.ResultPath?.Put(Input, selected) ?? Input;
        return State.Flow.OutputPath?.Get(Scope(combined)) ?? new JObject();
    }

    /// <summary>The number that a field has or leads to, which may not be negative.</summary>
    public long? Integer(NumberOrPath? field) => Signed(field) is < 0 ? throw StateFailure.AtRuntime($"{field!.Field} cannot be negative.") : Signed(field);

    public long? Signed(NumberOrPath? field)
    {
        if (field is null) return null;
        if (field.Path is null) return (long)field.Value;
        var value = field.Path.Get(Scope(EffectiveInput()));
        return value is JValue { Value: long number } ? number : throw StateFailure.AtRuntime($"The {field.Field}Path field refers to value \"{Shown(value)}\" which is not a valid integer: {field.Path.Text}");
    }

    public double? Percentage(NumberOrPath? field)
    {
        if (field is null) return null;
        if (field.Path is null) return field.Value;
        var value = field.Path.Get(Scope(EffectiveInput()));
        if (value.Type is not (JTokenType.Integer or JTokenType.Float)) throw StateFailure.AtRuntime($"The {field.Field}Path field refers to value \"{Shown(value)}\" which is not a valid float: {field.Path.Text}");
        return (double)value is >= 0 and <= 100 ? (double)value : throw StateFailure.AtRuntime($"{field.Field} must be between 0 and 100.");
    }

    private static string Shown(JToken value) => value.Type == JTokenType.String ? (string)value! : Json.Text(value);

    /// <summary>The context object, <c>$$</c>.</summary>
    private JObject Context(MapItem? item)
    {
        var execution = Branch.Execution;
        var context = new JObject
        {
            ["Execution"] = new JObject
            {
                ["Id"] = execution.Arn,
                [nameof(Input)] = Json.Parse(execution.Input),
                ["Name"] = execution.Name,
                ["RoleArn"] = execution.Revision.RoleArn,
                ["StartTime"] = Timestamps.Text(execution.StartDate),
                ["RedriveCount"] = 0,
            },
            [nameof(State)] = new JObject { ["EnteredTime"] = Timestamps.Text(enteredTime), ["Name"] = State.Name },
            ["StateMachine"] = new JObject { ["Id"] = execution.Machine.Arn, ["Name"] = execution.Machine.Name },
        };
        if (State is FallibleState) context[nameof(State)]![nameof(RetryCount)] = RetryCount;
        if (TaskToken is not null) context["Task"] = new JObject { ["Token"] = TaskToken };
        if (item is not null) context["Map"] = new JObject { ["Item"] = new JObject { ["Index"] = item.Index, ["Value"] = item.Value.DeepClone() } };
        return context;
    }
}
