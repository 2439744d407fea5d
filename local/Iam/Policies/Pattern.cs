namespace ServerlessGdpr.Local.Iam.Policies;

/// <summary>The wildcards of policies: <c>*</c> for any text and <c>?</c> for one character.</summary>
internal static class Pattern
{
    private const int ArnParts = 6;

    public static bool Matches(string pattern, string text, StringComparison comparison = StringComparison.Ordinal)
    {
        var (at, position, star, resume) = (0, 0, -1, 0);
        while (position < text.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                (star, resume) = (at++, position);
            }
            else if (at < pattern.Length && (pattern[at] == '?' || pattern.AsSpan(at, 1).Equals(text.AsSpan(position, 1), comparison)))
            {
                (at, position) = (at + 1, position + 1);
            }
            else if (star >= 0)
            {
                (at, position) = (star + 1, ++resume);
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(at).Trim('*').IsEmpty;
    }

    /// <summary>As <see cref="Matches"/>, part by part: a wildcard does not reach across the first five colons of an ARN.</summary>
    public static bool MatchesArn(string pattern, string arn)
    {
        if (pattern == "*") return true;
        var (wanted, given) = (pattern.Split(':', ArnParts), arn.Split(':', ArnParts));
        return wanted.Length == given.Length && wanted.Zip(given).All(part => Matches(part.First, part.Second));
    }
}
