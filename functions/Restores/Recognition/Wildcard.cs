namespace ServerlessGdpr.Functions.Restores.Recognition;

/// <summary>Patterns as IAM writes them: <c>*</c> for any text, <c>?</c> for one character, case counts.</summary>
internal static class Wildcard
{
    public static bool Matches(string pattern, string text)
    {
        // Going back to the last star only is enough, and linear in practice.
        int at = 0, read = 0, star = -1, resume = 0;
        while (read < text.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                star = at++;
                resume = read;
            }
            else if (at < pattern.Length && (pattern[at] == '?' || pattern[at] == text[read]))
            {
                at++;
                read++;
            }
            else if (star >= 0)
            {
                at = star + 1;
                read = ++resume;
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(at).Trim('*').IsEmpty;
    }
}
