using System.Text.RegularExpressions;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Logs;

/// <summary>Filter patterns of terms: all that are plain, none that has a minus, and one of those with a question mark.</summary>
internal sealed partial class LogFilter
{
    private readonly List<string> all = [];
    private readonly List<string> none = [];
    private readonly List<string> any = [];

    public static LogFilter Parse(string pattern)
    {
        var trimmed = pattern.Trim();
        if (trimmed.Length > 0 && trimmed[0] is '{' or '[' or '%')
            throw new AwsError("InvalidParameterException", "The local cloud knows filter patterns of terms, not of fields or regular expressions.");
        var filter = new LogFilter();
        foreach (Match match in Term().Matches(trimmed))
        {
            var text = match.Groups["quoted"].Success ? match.Groups["quoted"].Value : match.Groups["plain"].Value;
            var list = match.Groups["sign"].Value switch { "-" => filter.none, "?" => filter.any, _ => filter.all };
            list.Add(text);
        }

        return filter;
    }

    public bool Matches(string line) =>
        all.TrueForAll(term => line.Contains(term, StringComparison.Ordinal))
        && !none.Exists(term => line.Contains(term, StringComparison.Ordinal))
        && (any.Count == 0 || any.Exists(term => line.Contains(term, StringComparison.Ordinal)));

    [GeneratedRegex("""(?<sign>[-?])?(?:"(?<quoted>[^"]*)"|(?<plain>\S+))""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Term();
}
