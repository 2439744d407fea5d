namespace ServerlessGdpr.Local.Iam.Policies;

/// <summary>One key of a statement's condition block.</summary>
/// <param name="Values">Any of which is to match.</param>
internal sealed record Condition(ConditionOperator Operator, string Key, IReadOnlyList<string> Values)
{
    public bool Holds(Access access) => Operator.Holds(Values, access.Keys.TryGetValue(Key, out var given) ? given : []);
}
