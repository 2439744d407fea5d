using Newtonsoft.Json.Linq;

namespace ServerlessGdpr.Local.StepFunctions.Paths;

/// <summary>The value of a field whose name ends in <c>.$</c>: a path, or an intrinsic function over paths, literals and other functions.</summary>
internal abstract record Expression
{
    /// <param name="field">The field it is the value of, for the words of a failure.</param>
    public abstract JToken Evaluate(EvaluationScope scope, string field);
}

internal sealed record PathExpression(JsonPath Path) : Expression
{
    public override JToken Evaluate(EvaluationScope scope, string field) => Path.Find(scope) ?? throw StateFailure.AtRuntime(
        $"The JSONPath '{Path.Text}' specified for the field '{field}' could not be found in the input '{Json.Text(scope.Input)}'");
}

internal sealed record LiteralExpression(JToken Value) : Expression
{
    public override JToken Evaluate(EvaluationScope scope, string field) => Value;
}

internal sealed record CallExpression(string Text, IntrinsicFunction Function, IReadOnlyList<Expression> Arguments) : Expression
{
    public override JToken Evaluate(EvaluationScope scope, string field)
    {
        var arguments = Arguments.Select(argument => argument.Evaluate(scope, field)).ToArray();
        try
        {
            return Function.Apply(arguments, scope.Chance);
        }
        catch (Exception error) when (error is FormatException or System.Text.Json.JsonException)
        {
            throw StateFailure.Intrinsic($"The intrinsic function '{Text}' of the field '{field}' failed: {error.Message}");
        }
    }
}
