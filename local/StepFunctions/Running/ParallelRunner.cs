using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.StepFunctions.Definition;
using ServerlessGdpr.Local.StepFunctions.History;

namespace ServerlessGdpr.Local.StepFunctions.Running;

/// <summary>Runs one attempt of a Parallel state.</summary>
internal sealed class ParallelRunner(WorkflowRunner workflows)
{
    public async Task<JToken> RunAsync(ParallelState state, StateVisit visit)
    {
        var input = visit.ApplyParameters(visit.EffectiveInput());
        visit.Branch.Record(Events.Of(state, "Started"));
        visit.HasStarted = true;
        var results = new JToken[state.Branches.Count];
        using var group = new BranchGroup(visit.Branch);
        await group.RunAsync(results.Length, async (index, branch) =>
        {
            try
            {
                results[index] = await workflows.RunAsync(state.Branches[index], input, branch);
            }
            catch (StateFailure failure)
            {
                group.Fail(failure, branch);
            }
        });
        visit.Branch.RecordAside(Events.Of(state, "Succeeded"));
        return new JArray(results.Select(result => result.DeepClone()));
    }
}
