using ServerlessGdpr.Local.StepFunctions.Running;

namespace ServerlessGdpr.Local.StepFunctions.Distributed;

/// <summary>The ended children of a map run that can still be asked about: the latest that succeeded, and the latest that did not.</summary>
internal sealed class KeptChildren(ExecutionStore executions)
{
    /// <summary>How many of each. AWS keeps all of them for 90 days; a run over a million items would not fit into memory here.</summary>
    public const int Most = 1_000;

    private readonly Queue<Execution> succeeded = new();
    private readonly Queue<Execution> others = new();

    public void Add(Execution ended)
    {
        var kept = ended.Standing.Status == ExecutionStatus.Succeeded ? succeeded : others;
        kept.Enqueue(ended);
        if (kept.Count > Most) executions.Remove(kept.Dequeue());
    }
}
