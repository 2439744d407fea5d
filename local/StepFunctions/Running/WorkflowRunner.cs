using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.StepFunctions.Definition;
using ServerlessGdpr.Local.StepFunctions.Distributed;
using ServerlessGdpr.Local.StepFunctions.History;
using ServerlessGdpr.Local.StepFunctions.Paths;

namespace ServerlessGdpr.Local.StepFunctions.Running;

/// <summary>Takes a branch from state to state.</summary>
internal sealed class WorkflowRunner
{
    private readonly TimeProvider time;
    private readonly Chance chance;
    private readonly TaskRunner tasks;
    private readonly ParallelRunner parallels;
    private readonly MapRunner maps;
    private readonly DistributedMapRunner distributed;

    public WorkflowRunner(TimeProvider time, Chance chance, TaskTokens tokens, DistributedMapRunner distributed)
    {
        this.time = time;
        this.chance = chance;
        this.distributed = distributed;
        tasks = new TaskRunner(time, tokens);
        parallels = new ParallelRunner(this);
        maps = new MapRunner(this);
    }

    /// <exception cref="StateFailure">A state failed and nothing caught it.</exception>
    /// <exception cref="OperationCanceledException">The branch was stopped.</exception>
    public async Task<JToken> RunAsync(Workflow workflow, JToken input, Branch branch)
    {
        var state = workflow.States[workflow.StartAt];
        while (true)
        {
            branch.Cancellation.ThrowIfCancellationRequested();
            var step = await VisitAsync(new StateVisit(state, input, branch, time, chance));
            if (step.Next is null) return step.Output;
            (state, input) = (workflow.States[step.Next], step.Output);
        }
    }

    private async Task<Step> VisitAsync(StateVisit visit)
    {
        visit.Enter();
        try
        {
            var step = await RunStateAsync(visit);
            var output = Json.Text(step.Output);
            if (Json.IsTooLarge(output)) throw StateFailure.TooLarge(visit.State.Name);
            visit.Branch.Record(Events.Exited(visit.State, output));
            return step;
        }
        catch (StateFailure failure)
        {
            throw failure.In(visit.State.Name, visit.EnteredEventId);
        }
        catch (OperationCanceledException) when (visit.State is FallibleState or WaitState && visit.Branch.Execution.IsRunning)
        {
            visit.Branch.RecordAside(Events.Of(visit.State, "Aborted"));
            throw;
        }
    }

    private async Task<Step> RunStateAsync(StateVisit visit) => visit.State switch
    {
        PassState pass => new Step(visit.Complete(RunPass(pass, visit)), pass.Next),
        SucceedState => new Step(visit.Complete(visit.EffectiveInput()), null),
        ChoiceState choice => RunChoice(choice, visit),
        WaitState wait => await RunWaitAsync(wait, visit),
        FailState fail => throw Failure(fail, visit),
        TaskState task => await RunFallibleAsync(task, visit, () => tasks.RunAsync(task, visit)),
        ParallelState parallel => await RunFallibleAsync(parallel, visit, () => parallels.RunAsync(parallel, visit)),
        MapState { Distributed: not null } map => await RunFallibleAsync(map, visit, () => distributed.RunAsync(map, visit)),
        MapState map => await RunFallibleAsync(map, visit, () => maps.RunAsync(map, visit)),
        _ => throw new InvalidOperationException($"No runner for {visit.State.Type}."),
    };

    private static JToken RunPass(PassState pass, StateVisit visit)
    {
        var input = visit.ApplyParameters(visit.EffectiveInput());
        return pass.Result ?? input;
    }

    private static Step RunChoice(ChoiceState choice, StateVisit visit)
    {
        var input = visit.EffectiveInput();
        var scope = visit.Scope(input);
        var next = choice.Rules.FirstOrDefault(rule => rule.Condition.Holds(scope))?.Next ?? choice.Default;
        if (next is null) throw new StateFailure("States.NoChoiceMatched", "No choice rule matched the input, and there is no Default.");
        return new Step(choice.Flow.OutputPath?.Get(scope) ?? new JObject(), next);
    }

    private async Task<Step> RunWaitAsync(WaitState wait, StateVisit visit)
    {
        var scope = visit.Scope(visit.EffectiveInput());
        await visit.Branch.SleepUntilAsync(WaitEnd.Of(wait, scope, time.GetUtcNow()));
        return new Step(wait.Flow.OutputPath?.Get(scope) ?? new JObject(), wait.Next);
    }

    private static StateFailure Failure(FailState fail, StateVisit visit)
    {
        var scope = visit.Scope(visit.Input);
        string? Text(Expression? expression, string field) => expression is null ? null
            : expression.Evaluate(scope, field) is JValue { Value: string text } ? text
            : throw StateFailure.AtRuntime($"The {field} field of the Fail state must lead to a string.");
        return new StateFailure(Text(fail.Error, "ErrorPath"), Text(fail.Cause, "CausePath"));
    }

    /// <summary>Attempts it, again as Retry says, and goes on as Catch says.</summary>
    private async Task<Step> RunFallibleAsync(FallibleState state, StateVisit visit, Func<Task<JToken>> attempt)
    {
        var retries = new RetryPlan(state.Retry, chance);
        while (true)
        {
            StateFailure failure;
            try
            {
                return new Step(visit.Complete(await attempt()), state.Next);
            }
            catch (StateFailure thrown)
            {
                failure = thrown.In(state.Name, visit.EnteredEventId);
            }

            if (retries.Next(failure) is { } delay)
            {
                await visit.Branch.SleepAsync(delay);
                visit.RetryCount++;
                continue;
            }

            if (visit.HasStarted) visit.Branch.Record(Events.Of(state, "Failed"));
            var catcher = state.Catch.FirstOrDefault(candidate => ErrorNames.Match(candidate.ErrorEquals, failure)) ?? throw failure;
            return new Step(catcher.ResultPath?.Put(visit.Input, ErrorOutput(failure)) ?? visit.Input, catcher.Next);
        }
    }

    private static JObject ErrorOutput(StateFailure failure) =>
        new() { ["Error"] = failure.Error, ["Cause"] = failure.Cause ?? (failure.Error == StateFailure.Timeout ? "" : null) };
}
