using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Iam;
using ServerlessGdpr.Local.StepFunctions.History;
using ServerlessGdpr.Local.StepFunctions.Paths;
using ServerlessGdpr.Local.StepFunctions.Running;

namespace ServerlessGdpr.Local.StepFunctions.Distributed;

/// <summary>Starts child executions.</summary>
/// <param name="runner">Asked for when it is needed: executions run workflows, whose Map states start executions.</param>
/// <param name="authorizer">Checks the state machine's role; null where there is no IAM.</param>
internal sealed class ChildStarter(
    ExecutionStore executions, Func<ExecutionRunner> runner, Authorizer? authorizer, ExecutionFeed feed, BackgroundWork background, TimeProvider time, Chance chance)
{
    /// <exception cref="StateFailure">The role may not start executions of its own state machine.</exception>
    public void Start(MapRun run, ChildExecutions children, ChildInput child)
    {
        RequirePermission(run.Parent);
        var name = chance.Uuid();
        var execution = executions.Put(run.Machine.ExecutionArn(name), (_, order) =>
            new Execution(run.Machine, name, child.Input, time, feed, children.End, background.Stopping) { Order = order, MapRun = run, ItemCount = child.Items });
        execution.Record(Events.ExecutionStarted(child.Input, execution.Revision.RoleArn), 0);
        children.Add(execution);
        runner().Start(execution);
    }

    private void RequirePermission(Execution parent)
    {
        try
        {
            authorizer?.Require(parent.Revision.RoleArn, new Access("states:StartExecution", parent.Machine.Arn), "states");
        }
        catch (AwsError denied)
        {
            throw new StateFailure(StateFailure.Permissions, denied.Message);
        }
    }
}
