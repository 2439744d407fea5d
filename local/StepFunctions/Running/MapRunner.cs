using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.StepFunctions.Definition;
using ServerlessGdpr.Local.StepFunctions.History;

namespace ServerlessGdpr.Local.StepFunctions.Running;

/// <summary>Runs one attempt of an inline Map state.</summary>
internal sealed class MapRunner(WorkflowRunner workflows)
{
    /// <summary>What AWS runs at once of an inline Map state, whatever MaxConcurrency says.</summary>
    private const int MostAtOnce = 40;

    public async Task<JToken> RunAsync(MapState state, StateVisit visit)
    {
        var input = visit.EffectiveInput();
        var items = state.ItemsPath.Get(visit.Scope(input)) as JArray
            ?? throw StateFailure.AtRuntime($"Reference path \"{state.ItemsPath.Text}\" must point to array.");
        var concurrency = (int)Math.Min(visit.Integer(state.MaxConcurrency) is { } most and > 0 ? most : MostAtOnce, MostAtOnce);
        visit.Branch.Record(Events.MapStarted(items.Count));
        visit.HasStarted = true;

        var results = new JToken?[items.Count];
        var next = -1;
        using var group = new BranchGroup(visit.Branch);
        await group.RunAsync(Math.Min(concurrency, items.Count), async (_, branch) =>
        {
            while (!group.Stopped.IsCancellationRequested && Interlocked.Increment(ref next) is var index && index < items.Count)
            {
                branch.Item = new MapItem(index, items[index]);
                results[index] = await IterateAsync(state, visit, input, branch, group);
            }
        });
        visit.Branch.RecordAside(Events.Of(state, "Succeeded"));
        return new JArray(results.OfType<JToken>().Select(result => result.DeepClone()));
    }

    /// <returns>The iteration's result; null when it failed.</returns>
    private async Task<JToken?> IterateAsync(MapState state, StateVisit visit, JToken input, Branch branch, BranchGroup group)
    {
        var item = branch.Item!;
        branch.Record(Events.Iteration("Started", state.Name, item.Index));
        try
        {
            var itemInput = visit.ApplyParameters(input, item);
            var result = await workflows.RunAsync(state.Processor, itemInput, branch);
            branch.RecordAside(Events.Iteration("Succeeded", state.Name, item.Index));
            return result;
        }
        catch (StateFailure thrown)
        {
            var failure = thrown.In(state.Name, visit.EnteredEventId);
            branch.RecordAside(Events.Iteration("Failed", state.Name, item.Index));
            group.Fail(failure, branch);
            return null;
        }
        catch (OperationCanceledException) when (branch.Execution.IsRunning)
        {
            branch.RecordAside(Events.Iteration("Aborted", state.Name, item.Index));
            throw;
        }
    }
}
