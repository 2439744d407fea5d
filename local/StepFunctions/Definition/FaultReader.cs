using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.StepFunctions.Paths;

namespace ServerlessGdpr.Local.StepFunctions.Definition;

/// <summary>Reads Retry and Catch.</summary>
internal static class FaultReader
{
    public static IReadOnlyList<Retrier> Retriers(FieldReader state)
    {
        var read = state.Children("Retry").Select(Retrier).ToArray();
        CheckWildcard(state, "Retry", [.. read.Select(retrier => retrier.ErrorEquals)]);
        return read;
    }

    public static IReadOnlyList<Catcher> Catchers(FieldReader state)
    {
        var read = state.Children("Catch").Select(Catcher).ToArray();
        CheckWildcard(state, "Catch", [.. read.Select(catcher => catcher.ErrorEquals)]);
        return read;
    }

    private static Retrier Retrier(FieldReader fields)
    {
        var interval = fields.Integer("IntervalSeconds", 1, 99_999_999) ?? 1;
        var maxDelay = fields.Integer("MaxDelaySeconds", 1, 31_622_399);
        if (maxDelay <= interval) fields.Problem("The value for the field 'MaxDelaySeconds' must be greater than 'IntervalSeconds'");
        var jitter = fields.Text("JitterStrategy") ?? "NONE";
        if (jitter is not ("NONE" or "FULL")) fields.Problem("The value for the field 'JitterStrategy' must be one of [FULL, NONE]");
        var retrier = new Retrier(
            Errors(fields),
            interval,
            fields.Integer("MaxAttempts", 0, 99_999_999) ?? 3,
            fields.Number("BackoffRate", 1, double.MaxValue) ?? 2,
            maxDelay,
            jitter == "FULL");
        fields.RefuseTheRest();
        return retrier;
    }

    private static Catcher Catcher(FieldReader fields)
    {
        var catcher = new Catcher(Errors(fields), fields.Path("ResultPath", JsonPath.Root, reference: true, nullable: true), fields.RequiredText("Next"));
        if (catcher.ResultPath is { IsContext: true }) fields.Problem("The value for the field 'ResultPath' must not lead into the context object");
        fields.RefuseTheRest();
        return catcher;
    }

    private static IReadOnlyList<string> Errors(FieldReader fields)
    {
        if (fields.Raw("ErrorEquals") is JArray { Count: > 0 } errors && errors.All(error => error.Type == JTokenType.String))
        {
            return [.. errors.Select(error => (string)error!)];
        }

        fields.Problem("The value for the field 'ErrorEquals' must be a non-empty ARRAY of STRING");
        return [];
    }

    private static void CheckWildcard(FieldReader state, string field, IReadOnlyList<string>[] errors)
    {
        for (var i = 0; i < errors.Length; i++)
        {
            if (!errors[i].Contains(ErrorNames.All)) continue;
            if (errors[i].Count > 1) state.Problem($"{ErrorNames.All} must be alone in its 'ErrorEquals' in '{field}'");
            if (i < errors.Length - 1) state.Problem($"{ErrorNames.All} must be in the last element of '{field}'");
        }
    }
}
