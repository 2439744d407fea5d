namespace ServerlessGdpr.Local.StepFunctions.Definition;

/// <summary>The patterns of StringMatches: <c>*</c> stands for any text, a backslash takes a star or a backslash as it is.</summary>
internal static class Wildcard
{
    public static bool IsPattern(string pattern)
    {
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\' && (++i == pattern.Length || pattern[i] is not ('*' or '\\'))) return false;
        }

        return true;
    }

    public static bool Matches(string text, string pattern)
    {
        var tokens = Tokens(pattern);
        var (at, token, star, resume) = (0, 0, -1, 0);
        while (at < text.Length)
        {
            if (token < tokens.Count && tokens[token] is null)
            {
                star = token++;
                resume = at;
            }
            else if (token < tokens.Count && tokens[token] == text[at])
            {
                token++;
                at++;
            }
            else if (star >= 0)
            {
                token = star + 1;
                at = ++resume;
            }
            else
            {
                return false;
            }
        }

        return tokens.Skip(token).All(rest => rest is null);
    }

    /// <summary>The characters to match; null for any text.</summary>
    private static List<char?> Tokens(string pattern)
    {
        var tokens = new List<char?>();
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\' && i + 1 < pattern.Length) tokens.Add(pattern[++i]);
            else tokens.Add(pattern[i] == '*' ? null : pattern[i]);
        }

        return tokens;
    }
}
