using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.EventBridge;

/// <summary>The JSONPath that targets use: <c>$</c>, members by dot or in brackets, array items by number.</summary>
internal sealed partial class EventPath
{
    private readonly List<(string? Member, int Index)> steps = [];

    /// <exception cref="AwsError">The path has another form.</exception>
    public EventPath(string path)
    {
        if (!Whole().IsMatch(path)) throw new AwsError("ValidationException", $"InputPath or InputPathsMap: {path} is not a path the local cloud knows.");
        foreach (Match step in Step().Matches(path))
        {
            if (step.Groups["index"].Success) steps.Add((null, int.Parse(step.Groups["index"].Value, CultureInfo.InvariantCulture)));
            else steps.Add((step.Groups["member"].Success ? step.Groups["member"].Value : step.Groups["quoted"].Value, 0));
        }
    }

    /// <returns>Null when the event has nothing there.</returns>
    public JsonElement? Select(JsonElement envelope)
    {
        foreach (var (member, index) in steps)
        {
            if (member is null)
            {
                if (envelope.ValueKind != JsonValueKind.Array || index >= envelope.GetArrayLength()) return null;
                envelope = envelope[index];
            }
            else if (envelope.ValueKind != JsonValueKind.Object || !envelope.TryGetProperty(member, out envelope))
            {
                return null;
            }
        }

        return envelope;
    }

    [GeneratedRegex(@"^\$(?:\.[A-Za-z0-9_-]+|\['[^']+'\]|\[[0-9]+\])*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Whole();

    [GeneratedRegex(@"\.(?<member>[A-Za-z0-9_-]+)|\['(?<quoted>[^']+)'\]|\[(?<index>[0-9]+)\]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Step();
}
