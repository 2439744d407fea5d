using Newtonsoft.Json.Linq;

namespace ServerlessGdpr.Local.StepFunctions.Paths;

/// <summary>A Parameters, ResultSelector or ItemSelector: JSON in which fields named <c>*.$</c> are computed.</summary>
internal abstract record PayloadTemplate
{
    public abstract JToken Evaluate(EvaluationScope scope);

    /// <exception cref="FormatException">A computed field is wrong; the message begins with its name.</exception>
    public static PayloadTemplate Parse(JToken json) => json switch
    {
        JObject members => new ObjectTemplate(Distinct(members.Properties().Select(Parse).ToArray())),
        JArray items => new ArrayTemplate(items.Select(Parse).ToArray()),
        _ => new LiteralTemplate(json.DeepClone()),
    };

    private static (string Name, PayloadTemplate Value) Parse(JProperty member)
    {
        if (!member.Name.EndsWith(".$", StringComparison.Ordinal)) return (member.Name, Parse(member.Value));
        if (member.Value.Type != JTokenType.String) throw new FormatException($"The value for the field '{member.Name}' must be a STRING that contains a JSONPath or an intrinsic function");
        try
        {
            return (member.Name[..^2], new ComputedTemplate(member.Name, ExpressionParser.Parse((string)member.Value!)));
        }
        catch (FormatException error)
        {
            throw new FormatException($"The value for the field '{member.Name}' must be a valid JSONPath or a valid intrinsic function call: {error.Message}", error);
        }
    }

    private static (string Name, PayloadTemplate Value)[] Distinct((string Name, PayloadTemplate Value)[] members) =>
        members.GroupBy(member => member.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new FormatException($"The field '{twice.Key}' is there twice: as it is, and computed")
            : members;

    private sealed record LiteralTemplate(JToken Value) : PayloadTemplate
    {
        public override JToken Evaluate(EvaluationScope scope) => Value.DeepClone();
    }

    private sealed record ComputedTemplate(string Field, Expression Expression) : PayloadTemplate
    {
        public override JToken Evaluate(EvaluationScope scope) => Expression.Evaluate(scope, Field).DeepClone();
    }

    private sealed record ArrayTemplate(PayloadTemplate[] Items) : PayloadTemplate
    {
        public override JToken Evaluate(EvaluationScope scope) => new JArray(Items.Select(item => item.Evaluate(scope)));
    }

    private sealed record ObjectTemplate((string Name, PayloadTemplate Value)[] Members) : PayloadTemplate
    {
        public override JToken Evaluate(EvaluationScope scope)
        {
            var made = new JObject();
            foreach (var (name, value) in Members) made[name] = value.Evaluate(scope);
            return made;
        }
    }
}
