using Newtonsoft.Json.Linq;

namespace ServerlessGdpr.Local.StepFunctions.Paths;

/// <summary>What paths and intrinsic functions see.</summary>
/// <param name="context">Makes the context object; asked only when a path begins with <c>$$</c>.</param>
internal sealed class EvaluationScope(JToken input, Func<JObject> context, Chance chance)
{
    private JObject? made;

    public JToken Input { get; } = input;

    public JObject Context => made ??= context();

    public Chance Chance { get; } = chance;

    public EvaluationScope With(JToken other) => new(other, () => Context, Chance);
}
