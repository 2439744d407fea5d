using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.StepFunctions.Definition;
using ServerlessGdpr.Local.StepFunctions.History;
using ServerlessGdpr.Local.StepFunctions.Integrations;
using ServerlessGdpr.Local.StepFunctions.Paths;

namespace ServerlessGdpr.Local.StepFunctions.Running;

/// <summary>Runs one attempt of a Task state.</summary>
internal sealed class TaskRunner(TimeProvider time, TaskTokens tokens)
{
    public async Task<JToken> RunAsync(TaskState state, StateVisit visit)
    {
        var (resource, branch) = (state.Resource, visit.Branch);
        using var pending = resource.WaitsForToken ? tokens.Open(branch.Execution.Machine.Arn) : null;
        visit.TaskToken = pending?.Token;
        var (timeout, heartbeat) = (Positive(state.Timeout, visit), Positive(state.Heartbeat, visit));
        var parameters = visit.ApplyParameters(visit.EffectiveInput());
        var text = Json.Text(parameters);
        branch.Record(Events.TaskScheduled(resource, text, timeout, heartbeat));
        branch.Record(Events.TaskStarted(resource));
        try
        {
            DateTimeOffset? deadline = timeout is null ? null : time.GetUtcNow().AddSeconds(timeout.Value);
            var call = new TaskCall(parameters, branch.Execution.Arn, branch.Execution.Machine.Arn, branch.Execution.Revision.RoleArn);
            var answer = await CallAsync(resource, call, deadline, branch.Cancellation);
            text = Text(answer, resource);
            if (pending is not null)
            {
                branch.Record(Events.TaskAnswered("Submitted", resource, text));
                text = await WaitForTokenAsync(pending, branch, deadline, heartbeat);
                answer = Json.Parse(text);
            }

            branch.Record(Events.TaskAnswered("Succeeded", resource, text));
            return answer;
        }
        catch (StateFailure failure)
        {
            branch.Record(Events.TaskFailed(resource, failure));
            throw;
        }
    }

    private static long? Positive(NumberOrPath? field, StateVisit visit) =>
        visit.Integer(field) is not 0 and var seconds ? seconds : throw StateFailure.AtRuntime($"{field!.Field} must be positive.");

    private static string Text(JToken answer, TaskResource resource)
    {
        var text = Json.Text(answer);
        return Json.IsTooLarge(text) ? throw StateFailure.TooLarge(resource.IsFunction ? resource.Arn : resource.Integration.Service) : text;
    }

    private async Task<JToken> CallAsync(TaskResource resource, TaskCall call, DateTimeOffset? deadline, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var alarm = deadline is { } due ? new Alarm(time, due, limit.Cancel) : null;
        try
        {
            return await resource.Integration.CallAsync(call, limit.Token).WaitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new StateFailure(StateFailure.Timeout, null);
        }
    }

    private async Task<string> WaitForTokenAsync(PendingTask pending, Branch branch, DateTimeOffset? deadline, long? heartbeat)
    {
        void TimeOut(string? alias) => pending.Pause.End(new TaskOutcome(null, new StateFailure(StateFailure.Timeout, null) { Alias = alias }));
        await using var stop = branch.Cancellation.Register(() => pending.Pause.End(new TaskOutcome(null, null)));
        using var limit = deadline is { } due ? new Alarm(time, due, () => TimeOut(null)) : null;
        using var silence = heartbeat is { } seconds ? new Alarm(time, time.GetUtcNow().AddSeconds(seconds), () => TimeOut(StateFailure.HeartbeatTimeout)) : null;
        pending.Heartbeat = () => silence?.PutOffTo(time.GetUtcNow().AddSeconds(heartbeat!.Value));
        var outcome = await branch.AwaitAsync(pending.Pause);
        branch.Cancellation.ThrowIfCancellationRequested();
        return outcome.Failure is null ? outcome.Output! : throw outcome.Failure;
    }
}
