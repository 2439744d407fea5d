using System.Globalization;

namespace ServerlessGdpr.Functions.Datastores.S3Logs;

/// <summary>Where the logs of a day are: a beginning of keys with the day in it, for example <c>logs/{yyyy}/{MM}/{dd}/</c>. Days are UTC's.</summary>
internal static class LogPrefix
{
    private static readonly string[] Placeholders = ["yyyy", "MM", "dd"];

    /// <summary>What all days begin with.</summary>
    public static string Fixed(string template) => template.Split('{')[0];

    public static string Of(string template, DateOnly day) =>
        Placeholders.Aggregate(template, (text, part) => text.Replace($"{{{part}}}", day.ToString(part, CultureInfo.InvariantCulture), StringComparison.Ordinal));

    /// <summary>It has each of the three placeholders, once, and no other braces: then no two days have the same logs.</summary>
    public static bool IsValid(string template)
    {
        foreach (var placeholder in Placeholders.Select(part => $"{{{part}}}"))
        {
            var at = template.IndexOf(placeholder, StringComparison.Ordinal);
            if (at < 0) return false;
            template = template.Remove(at, placeholder.Length);
        }

        return template.AsSpan().IndexOfAny('{', '}') < 0;
    }
}
