using ServerlessGdpr.Local.StepFunctions.Definition;

namespace ServerlessGdpr.Local.StepFunctions;

/// <summary>What UpdateStateMachine changes; executions keep the one they started with.</summary>
/// <param name="Options">The logging, tracing and encryption configuration as they were given: recorded, not acted upon.</param>
internal sealed record Revision(
    string Id,
    string Definition,
    Workflow Workflow,
    string RoleArn,
    System.Text.Json.Nodes.JsonObject Options);

/// <summary>A state machine of type STANDARD.</summary>
internal sealed class StateMachine(string arn, string name, DateTimeOffset creationDate, Revision revision, IReadOnlyDictionary<string, string> tags)
{
    private volatile Revision revision = revision;

    public string Arn { get; } = arn;

    public string Name { get; } = name;

    public DateTimeOffset CreationDate { get; } = creationDate;

    public IReadOnlyDictionary<string, string> Tags { get; } = tags;

    public Revision Revision
    {
        get => revision;
        set => revision = value;
    }

    public string ExecutionArn(string execution) => $"{Arn.Replace(":stateMachine:", ":execution:", StringComparison.Ordinal)}:{execution}";
}
