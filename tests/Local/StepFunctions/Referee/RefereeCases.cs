using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.StepFunctions.Paths;
using ServerlessGdpr.Tests.Support;

namespace ServerlessGdpr.Tests.Local.StepFunctions.Referee;

/// <summary>The table of <c>cases.json</c>: a rule of a Choice state, a value of Parameters, one state or several, and how the execution ends.</summary>
internal static class RefereeCases
{
    private const string Functions = "arn:aws:lambda:eu-west-1:000000000000:function:";

    private static readonly JObject Table = (JObject)Json.Parse(File.ReadAllText(Repository.PathOf("tests", "Local", "StepFunctions", "Referee", "cases.json")));

    public static IReadOnlyList<string> Reasons { get; } = [.. ((JObject)Table["reasons"]!).Properties().Select(reason => reason.Name)];

    public static IReadOnlyList<RefereeCase> All { get; } = [.. ((JObject)Table["subjects"]!).Properties().SelectMany(subject => subject.Value["cases"]!.Select(line => Read(subject, (JObject)line)))];

    private static RefereeCase Read(JProperty subject, JObject line)
    {
        var states = States(line);
        var definition = new JObject { ["StartAt"] = states.Properties().First().Name, ["States"] = states };
        foreach (var resource in definition.Descendants().OfType<JProperty>().Where(member => member.Name == "Resource" && !((string)member.Value!).StartsWith("arn:", StringComparison.Ordinal)))
        {
            resource.Value = Functions + (string)resource.Value!;
        }

        return new RefereeCase(subject.Name, Json.Text(line), Json.Text(definition), Json.Text(line["input"] ?? subject.Value["input"]!), line["answers"] as JObject, Expected(line), (string?)line["differs"]);
    }

    private static JObject States(JObject line)
    {
        if (line["states"] is JObject states) return (JObject)states.DeepClone();
        var state = line["rule"] is JObject rule ? new JObject { ["Type"] = "Choice", ["Choices"] = new JArray(new JObject(rule.Properties()) { ["Next"] = "Yes" }), ["Default"] = "No" }
            : line["value"] is { } value ? new JObject { ["Type"] = "Pass", ["Parameters"] = new JObject { ["value.$"] = value.DeepClone() }, ["OutputPath"] = "$.value", ["End"] = true }
            : new JObject(((JObject)line["state"]!).Properties()) { ["End"] = true };
        return line["rule"] is null ? new JObject { ["S"] = state } : new JObject { ["S"] = state, ["Yes"] = Says(true), ["No"] = Says(false) };
    }

    private static JObject Says(bool result) => new() { ["Type"] = "Pass", ["Parameters"] = new JObject { ["said"] = result }, ["OutputPath"] = "$.said", ["End"] = true };

    private static RefereeEnd Expected(JObject line) => line["refused"] is { } problem ? new RefereeEnd(Refused: (string)problem!)
        : line.ContainsKey("error") ? new RefereeEnd(Failed: true, Error: (string?)line["error"])
        : new RefereeEnd(Output: line["is"]);
}

/// <param name="Text">The line as it is in the table.</param>
/// <param name="Answers">What each Task state's function answers, call after call; input for output where there is nothing.</param>
/// <param name="Differs">Why the library is wrong; null where it is right.</param>
internal sealed record RefereeCase(string Subject, string Text, string Definition, string Input, JObject? Answers, RefereeEnd Expected, string? Differs);

/// <summary>How an execution ended: with output, with an error that may lack a name, or not begun because the definition was refused.</summary>
/// <param name="Refused">The problem, or a part of it.</param>
internal sealed record RefereeEnd(JToken? Output = null, bool Failed = false, string? Error = null, string? Refused = null)
{
    public bool Equals(RefereeEnd? other) => other is not null && Failed == other.Failed && Error == other.Error
        && (Refused is null) == (other.Refused is null) && Same(Output, other.Output);

    public override int GetHashCode() => HashCode.Combine(Failed, Error, Refused is null);

    /// <summary>As JSON: the order of members says nothing, and 1.0 is 1.</summary>
    private static bool Same(JToken? one, JToken? other) => (one, other) switch
    {
        (JObject a, JObject b) => a.Count == b.Count && a.Properties().All(member => b.ContainsKey(member.Name) && Same(member.Value, b[member.Name])),
        (JArray a, JArray b) => a.Count == b.Count && a.Zip(b).All(pair => Same(pair.First, pair.Second)),
        ({ Type: JTokenType.Integer or JTokenType.Float }, { Type: JTokenType.Integer or JTokenType.Float }) => (double)one == (double)other,
        _ => JToken.DeepEquals(one, other),
    };
}
