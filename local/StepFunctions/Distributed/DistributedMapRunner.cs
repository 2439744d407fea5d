using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.StepFunctions.Definition;
using ServerlessGdpr.Local.StepFunctions.History;
using ServerlessGdpr.Local.StepFunctions.Paths;
using ServerlessGdpr.Local.StepFunctions.Running;

namespace ServerlessGdpr.Local.StepFunctions.Distributed;

/// <summary>Runs one attempt of a distributed Map state.</summary>
internal sealed class DistributedMapRunner(ObjectStores stores, MapRuns runs, ChildStarter starter, ExecutionStore executions, TimeProvider time, Chance chance)
{
    /// <summary>What AWS runs at once when MaxConcurrency says nothing or 0, and at most.</summary>
    private const int MostAtOnce = 10_000;

    public async Task<JToken> RunAsync(MapState state, StateVisit visit)
    {
        var (branch, input) = (visit.Branch, visit.EffectiveInput());
        var objects = stores(branch.Execution.Revision.RoleArn);
        var concurrency = (int)Math.Min(visit.Integer(state.MaxConcurrency) is { } most and > 0 ? most : MostAtOnce, MostAtOnce);
        var source = ItemSource.Of(state, visit, input, objects);
        branch.Record(Events.MapStarted((int)(source.Count ?? 0)));
        var run = Open(state, visit, new MapRunLimits(concurrency, visit.Integer(state.ToleratedCount), visit.Percentage(state.ToleratedPercentage)));
        visit.HasStarted = true;
        runs.Add(run);
        branch.Record(Events.MapRunStarted(run.Arn));
        var children = new ChildExecutions(run, branch);
        try
        {
            var results = Results(state, visit, input, run, objects);
            var inputs = Batches.Of(state, visit, input, Selected(state, visit, input, source));
            var total = await RunChildrenAsync(run, children, results, inputs, source.Count, branch.Cancellation);
            var result = await results.CompleteAsync(branch.Cancellation);
            if (run.HasExceeded(total)) throw new StateFailure("States.ExceedToleratedFailureThreshold", "The specified tolerated failure threshold was exceeded");
            run.Finish(MapRunStatus.Succeeded, time.GetUtcNow());
            branch.Record(Events.MapRun("Succeeded"));
            branch.RecordAside(Events.Of(state, "Succeeded"));
            return result;
        }
        catch (StateFailure failure)
        {
            children.StopAll();
            run.Finish(MapRunStatus.Failed, time.GetUtcNow());
            branch.Record(Events.MapRunFailed(failure));
            throw;
        }
        catch (OperationCanceledException)
        {
            children.StopAll();
            run.Finish(MapRunStatus.Aborted, time.GetUtcNow());
            if (branch.Execution.IsRunning) branch.Record(Events.MapRun("Aborted"));
            throw;
        }
    }

    private MapRun Open(MapState state, StateVisit visit, MapRunLimits limits)
    {
        var parent = visit.Branch.Execution;
        var label = state.Distributed!.Label;
        var machine = new StateMachine(
            $"{parent.Machine.Arn}/{label}", $"{parent.Machine.Name}/{label}", parent.Machine.CreationDate, parent.Revision with { Workflow = state.Processor }, new Dictionary<string, string>(StringComparer.Ordinal));
        return new MapRun(parent, machine, chance.Uuid(), limits, time.GetUtcNow());
    }

    private static IResults Results(MapState state, StateVisit visit, JToken input, MapRun run, IObjectStore objects)
    {
        if (state.Distributed!.Writer is not { } writer) return new CollectedResults(state.Name);
        var given = (JObject)writer.Parameters.Evaluate(visit.Scope(input));
        return given["Bucket"] is JValue { Value: string bucket } && given["Prefix"] is null or JValue { Value: string }
            ? new ResultFiles(objects, run, bucket, (string?)given["Prefix"])
            : throw StateFailure.AtRuntime("The Parameters of the ResultWriter must be strings.");
    }

    private static IAsyncEnumerable<JToken> Selected(MapState state, StateVisit visit, JToken input, ItemSource source) => state.Flow.Parameters is { } selector
        ? source.Items.Select((item, index) => selector.Evaluate(visit.Scope(input, new MapItem(index, item))))
        : source.Items;

    /// <summary>Starts a child for each input as slots are free, and waits for all of them; stops them when too many items have failed.</summary>
    /// <returns>How many items there are.</returns>
    private async Task<long?> RunChildrenAsync(MapRun run, ChildExecutions children, IResults results, IAsyncEnumerable<ChildInput> inputs, long? known, CancellationToken cancellation)
    {
        var (read, kept) = (0L, new KeptChildren(executions));
        await using var enumerator = inputs.GetAsyncEnumerator(cancellation);
        while (!run.HasExceeded(known) && await enumerator.MoveNextAsync())
        {
            await UntilAsync(() => children.AnyFree || run.HasExceeded(known));
            cancellation.ThrowIfCancellationRequested();
            if (run.HasExceeded(known)) break;
            read += enumerator.Current.Items;
            starter.Start(run, children, enumerator.Current);
        }

        var total = known ?? read;
        await UntilAsync(() => !children.AnyRunning || run.HasExceeded(total));
        children.StopAll();
        await UntilAsync(() => !children.AnyRunning);
        return total;

        async Task UntilAsync(Func<bool> condition)
        {
            while (true)
            {
                // Asked before the results are taken, so that none is left when it holds; and again when there were any, because
                // the child that ended meanwhile may have been the last, and nothing would end a wait for another.
                var (holds, taken) = (condition(), false);
                while (children.TakeEnded() is { } ended)
                {
                    await results.AddAsync(ended, cancellation);
                    kept.Add(ended);
                    taken = true;
                }

                if (holds) return;
                if (!taken) await children.WaitAsync();
            }
        }
    }
}
