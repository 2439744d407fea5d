namespace ServerlessGdpr.Local.Iam.Policies;

/// <summary>For which of a key's values in the request a comparison has to hold.</summary>
internal enum Quantifier
{
    TheOnly,
    ForAllValues,
    ForAnyValue,
}

/// <param name="Comparison">Compares a value in the policy with one in the request; null for the operator <c>Null</c>.</param>
/// <param name="IsNegated">None of the policy's values may match; a request without the key passes.</param>
/// <param name="IfExists">A request without the key passes.</param>
internal sealed record ConditionOperator(Func<string, string, bool>? Comparison, bool IsNegated, Quantifier Quantifier, bool IfExists)
{
    private const string IfExistsSuffix = "IfExists";

    private static readonly Dictionary<string, (Func<string, string, bool>? Comparison, bool IsNegated)> Known = new(StringComparer.Ordinal)
    {
        ["StringEquals"] = (string.Equals, false),
        ["StringNotEquals"] = (string.Equals, true),
        ["StringEqualsIgnoreCase"] = (EqualsIgnoringCase, false),
        ["StringNotEqualsIgnoreCase"] = (EqualsIgnoringCase, true),
        ["StringLike"] = (Like, false),
        ["StringNotLike"] = (Like, true),
        ["ArnEquals"] = (Pattern.MatchesArn, false),
        ["ArnNotEquals"] = (Pattern.MatchesArn, true),
        ["ArnLike"] = (Pattern.MatchesArn, false),
        ["ArnNotLike"] = (Pattern.MatchesArn, true),
        ["Bool"] = (EqualsIgnoringCase, false),
        ["Null"] = (null, false),
    };

    /// <returns>Null when it is not known.</returns>
    public static ConditionOperator? Parse(string text)
    {
        var parts = text.Split(':', 2);
        var quantifier = Quantifier.TheOnly;
        if (parts.Length == 2 && (!Enum.TryParse(parts[0], out quantifier) || quantifier is Quantifier.TheOnly)) return null;
        var name = parts[^1];
        var ifExists = name.EndsWith(IfExistsSuffix, StringComparison.Ordinal);
        if (ifExists) name = name[..^IfExistsSuffix.Length];
        return !Known.TryGetValue(name, out var known) || (known.Comparison is null && text != "Null")
            ? null
            : new ConditionOperator(known.Comparison, known.IsNegated, quantifier, ifExists);
    }

    /// <param name="wanted">The policy's values.</param>
    /// <param name="given">The request's; none when it does not have the key.</param>
    public bool Holds(IReadOnlyList<string> wanted, IReadOnlyList<string> given)
    {
        if (Comparison is null) return wanted.Any(value => EqualsIgnoringCase(value, given.Count == 0 ? "true" : "false"));
        return (Quantifier, given.Count) switch
        {
            // A trap of IAM's, kept on purpose: what is true of all values is true of none.
            (Quantifier.ForAllValues, _) => given.All(value => Passes(wanted, value)),
            (Quantifier.ForAnyValue, 0) => IfExists,
            (_, 0) => IfExists || IsNegated,
            _ => given.Any(value => Passes(wanted, value)),
        };
    }

    private bool Passes(IReadOnlyList<string> wanted, string given) => wanted.Any(value => Comparison!(value, given)) != IsNegated;

    private static bool Like(string pattern, string text) => Pattern.Matches(pattern, text);

    private static bool EqualsIgnoringCase(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
