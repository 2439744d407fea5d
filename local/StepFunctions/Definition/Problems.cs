using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.StepFunctions.Definition;

/// <summary>What is wrong with a definition, all of it at once, each with where.</summary>
internal sealed class Problems
{
    private readonly List<string> found = [];

    public void Schema(string problem, string where) => found.Add($"SCHEMA_VALIDATION_FAILED: {problem} at {where}");

    public void Target(string problem, string where) => found.Add($"MISSING_TRANSITION_TARGET: {problem} at {where}");

    public void ThrowIfAny()
    {
        if (found.Count > 0) throw Refusal(string.Join(", ", found));
    }

    public static AwsError Refusal(string problem) => new("InvalidDefinition", $"Invalid State Machine Definition: '{problem}'");
}
