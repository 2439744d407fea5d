using System.Text.RegularExpressions;

namespace ServerlessGdpr.Local.StepFunctions.Sdk;

/// <summary>Names of an API as the AWS SDK for Java 2 writes them, which is how Step Functions does: <c>DBInstances</c> is <c>DbInstances</c> there.</summary>
internal static partial class JavaNames
{
    /// <summary>A member: the capitals it begins with become small but for the first and, before a small letter, the last; others stay (<c>MultiAZ</c>).</summary>
    public static string Member(string name)
    {
        if (name == "NULL") return "Nul";
        var end = 1;
        while (end < name.Length && char.IsUpper(name[end]) && !(end < name.Length - 1 && char.IsLower(name[end + 1]))) end++;
        return char.ToUpperInvariant(name[0]) + name[1..end].ToLowerInvariant() + name[end..];
    }

    /// <summary>An error: Fault becomes Exception, and every row of capitals a word.</summary>
    public static string Error(string code)
    {
        var stem = code.EndsWith("Fault", StringComparison.Ordinal) ? code[..^"Fault".Length]
            : code.EndsWith("Exception", StringComparison.Ordinal) ? code[..^"Exception".Length]
            : code;
        return Acronyms().Replace(stem, row => row.Value.ToLowerInvariant()) + "Exception";
    }

    [GeneratedRegex("(?<=[A-Z])[A-Z]+(?![a-z])", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Acronyms();
}
