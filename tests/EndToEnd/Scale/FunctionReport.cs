using System.Globalization;
using System.Text.RegularExpressions;
using ServerlessGdpr.Local.Lambda;
using ServerlessGdpr.Local.Logs;

namespace ServerlessGdpr.Tests.EndToEnd.Scale;

/// <summary>What Lambda reports after each call of a function.</summary>
/// <param name="MaxMemory">In MB, of the function's process; 0 where the system does not tell.</param>
internal sealed partial record FunctionReport(TimeSpan Duration, int MaxMemory)
{
    /// <summary>All so far, in order.</summary>
    public static IReadOnlyList<FunctionReport> Of(DeployedSystem live, FunctionDefinition function) =>
    [
        .. live.Cloud.Get<LogStore>().Read(function.LogGroupName)
            .Select(line => Line().Match(line.Text)).Where(match => match.Success)
            .Select(match => new FunctionReport(
                TimeSpan.FromMilliseconds(double.Parse(match.Groups["duration"].Value, CultureInfo.InvariantCulture)), match.Groups["memory"].Success ? int.Parse(match.Groups["memory"].Value, CultureInfo.InvariantCulture) : 0)),
    ];

    [GeneratedRegex(@"^REPORT .*\tDuration: (?<duration>[0-9.]+) ms\t.*?(\tMax Memory Used: (?<memory>[0-9]+) MB)?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Line();
}
