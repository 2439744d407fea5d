namespace ServerlessGdpr.Local.Iam.Policies;

internal enum Effect
{
    Allow,
    Deny,
}

/// <summary>Patterns, or all but those (<c>NotAction</c>, <c>NotResource</c>).</summary>
internal sealed record Patterns(IReadOnlyList<string> All, bool IsExclusion)
{
    public bool Include(Func<string, bool> matches) => All.Any(matches) != IsExclusion;
}

/// <summary>One statement of a policy.</summary>
/// <param name="Principals">Whom a resource's policy speaks about; null in an identity policy.</param>
internal sealed record PolicyStatement(Effect Effect, Patterns Actions, Patterns Resources, IReadOnlyList<Condition> Conditions, Principals? Principals = null)
{
    /// <summary>Whether the statement speaks about that access, for or against it.</summary>
    public bool Concerns(Access access) =>
        Actions.Include(pattern => Pattern.Matches(pattern, access.Action, StringComparison.OrdinalIgnoreCase))
        && Resources.Include(pattern => Pattern.MatchesArn(pattern, access.Resource))
        && Conditions.All(condition => condition.Holds(access));
}
