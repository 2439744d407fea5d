namespace ServerlessGdpr.Infra.Constructs;

/// <summary>The condition block of a policy statement: operator, then condition key, then values.</summary>
internal sealed record Conditions(params (string Operator, string Key, string[] Values)[] All)
{
    public static Conditions Of(string @operator, string key, params string[] values) => new((@operator, key, values));

    public Dictionary<string, object> ToDictionary() => All
        .GroupBy(condition => condition.Operator)
        .ToDictionary(
            group => group.Key,
            object (group) => group.ToDictionary(condition => condition.Key, object (condition) => condition.Values is [var one] ? one : condition.Values));
}
