using System.Globalization;
using System.Text.RegularExpressions;

namespace ServerlessGdpr.Local.Toolchain;

/// <summary>Finds the major version in what a tool prints: <c>v20.11.1</c>, <c>openjdk version "17.0.15" 2025-04-15</c>, <c>java version "1.8.0"</c>.</summary>
public static partial class ToolVersion
{
    public static int? Major(string printed)
    {
        var match = Pattern().Match(printed);
        if (!match.Success) return null;
        var first = int.Parse(match.Groups["first"].ValueSpan, CultureInfo.InvariantCulture);

        // Java up to 8 called itself 1.8.
        return first == 1 && match.Groups["second"].Success ? int.Parse(match.Groups["second"].ValueSpan, CultureInfo.InvariantCulture) : first;
    }

    [GeneratedRegex("(version \"|v)(?<first>[0-9]{1,4})(\\.(?<second>[0-9]{1,4}))?", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
