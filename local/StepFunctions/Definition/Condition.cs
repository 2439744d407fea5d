using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.StepFunctions.Paths;

namespace ServerlessGdpr.Local.StepFunctions.Definition;

/// <summary>What a choice rule asks of the input.</summary>
internal abstract record Condition
{
    public abstract bool Holds(EvaluationScope scope);
}

internal sealed record AllOf(IReadOnlyList<Condition> Conditions) : Condition
{
    public override bool Holds(EvaluationScope scope) => Conditions.All(condition => condition.Holds(scope));
}

internal sealed record AnyOf(IReadOnlyList<Condition> Conditions) : Condition
{
    public override bool Holds(EvaluationScope scope) => Conditions.Any(condition => condition.Holds(scope));
}

internal sealed record Not(Condition Condition) : Condition
{
    public override bool Holds(EvaluationScope scope) => !Condition.Holds(scope);
}

/// <summary>Whether the variable is there.</summary>
internal sealed record Presence(JsonPath Variable, bool Expected) : Condition
{
    public override bool Holds(EvaluationScope scope) => Variable.Find(scope) is not null == Expected;
}

/// <param name="Operand">What to compare with; null takes it from <paramref name="OperandPath"/>.</param>
internal sealed record Comparison(JsonPath Variable, Func<JToken, JToken, bool> Test, JToken? Operand, JsonPath? OperandPath) : Condition
{
    public override bool Holds(EvaluationScope scope) => Test(Value(Variable, scope), Operand ?? Value(OperandPath!, scope));

    private static JToken Value(JsonPath path, EvaluationScope scope) =>
        path.Find(scope) ?? throw StateFailure.AtRuntime($"Invalid path '{path.Text}': The choice state's condition path references an invalid value.");
}
