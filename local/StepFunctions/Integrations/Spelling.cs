namespace ServerlessGdpr.Local.StepFunctions.Integrations;

/// <summary>Finds what a misspelt name was probably meant to be.</summary>
internal static class Spelling
{
    /// <returns>A sentence's end that suggests it; empty when nothing is near.</returns>
    public static string Hint(string name, IEnumerable<string> known)
    {
        var nearest = known.Select(candidate => (candidate, Distance: Distance(name, candidate))).OrderBy(pair => pair.Distance).FirstOrDefault();
        return nearest.candidate is not null && nearest.Distance <= Math.Max(2, name.Length / 4) ? $"; did you mean '{nearest.candidate}'?" : "";
    }

    /// <summary>How many letters must be put in, taken out or changed. A capital for a small letter counts nothing: that is the usual mistake.</summary>
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0]++;
            for (var j = 1; j <= other.Length; j++)
            {
                var changed = diagonal + (char.ToUpperInvariant(one[i - 1]) == char.ToUpperInvariant(other[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
