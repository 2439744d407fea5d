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
        var tolerance = new Tolerance(visit.Integer(state.ToleratedCount), visit.Percentage(state.ToleratedPercentage), items.Count);
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
                results[index] = await IterateAsync(state, visit, input, branch, group, tolerance);
            }
        });
        visit.Branch.RecordAside(Events.Of(state, "Succeeded"));
        return new JArray(results.OfType<JToken>().Select(result => result.DeepClone()));
    }

    /// <returns>The iteration's result; null when it failed.</returns>
    private async Task<JToken?> IterateAsync(MapState state, StateVisit visit, JToken input, Branch branch, BranchGroup group, Tolerance tolerance)
    {
        var item = branch.Item!;
        branch.Record(Events.Iteration("Started", state.Name, item.Index));
        try
        {
            var itemInput = state.Flow.Parameters?.Evaluate(visit.Scope(input, item)) ?? item.Value;
            var result = await workflows.RunAsync(state.Processor, itemInput, branch);
            branch.RecordAside(Events.Iteration("Succeeded", state.Name, item.Index));
            return result;
        }
        catch (StateFailure thrown)
        {
            var failure = thrown.In(state.Name, visit.EnteredEventId);
            branch.RecordAside(Events.Iteration("Failed", state.Name, item.Index));
            if (tolerance.Exceeded() is { } exceeded) group.Fail(exceeded ? Tolerance.Failure : failure, branch);
            return null;
        }
        catch (OperationCanceledException) when (branch.Execution.IsRunning)
        {
            branch.RecordAside(Events.Iteration("Aborted", state.Name, item.Index));
            throw;
        }
    }

    /// <summary>Counts failed iterations against ToleratedFailureCount and ToleratedFailurePercentage.</summary>
    private sealed class Tolerance(long? count, double? percentage, int total)
    {
        private int failed;

        public static StateFailure Failure =>
            new("States.ExceedToleratedFailureThreshold", "The specified tolerated failure threshold was exceeded");

        /// <returns>Null while tolerated; true when a threshold was set and is exceeded, false when none was set.</returns>
        public bool? Exceeded()
        {
            var now = Interlocked.Increment(ref failed);
            if (count is null && percentage is null) return false;
            return now > count || now * 100.0 / total > percentage ? true : null;
        }
    }
}
