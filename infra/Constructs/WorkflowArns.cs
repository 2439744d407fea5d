namespace ServerlessGdpr.Infra.Constructs;

/// <summary>The workflows that intake starts.</summary>
internal sealed record WorkflowArns(string Erasure, string Access, string Replay)
{
    public string[] All => [Erasure, Access, Replay];

    /// <summary>Of all of them.</summary>
    public required string[] Executions { get; init; }
}
