using Amazon.CDK;
using Constructs;
using ServerlessGdpr.Infra.Constructs;

namespace ServerlessGdpr.Infra.Stacks;

/// <summary>Everything that a deployment may replace: bus, queues, functions, workflow, alarms.</summary>
public sealed class WorkflowStack : Stack
{
    public WorkflowStack(Construct scope, StackProps props, WorkflowSettings settings) : base(scope, "ServerlessGdpr-Workflow", props)
    {
        var bus = new RequestBus(this, settings);
        var steps = new WorkflowFunctions(this, settings, bus);
        var datastores = new Construct(this, "Datastores");
        var erasures = settings.Map.Datastores.ToDictionary(entry => entry.Name, entry => new DatastoreFunction(datastores, settings, entry).Function);
        var workflow = new Workflow(this, "Erasure", settings, "erasure", steps.ByPlaceholder, erasures);
        var ledger = new LedgerKeeping(this, settings);
        var replay = new RestoreReplay(this, settings, bus, ledger.Rebuild, erasures);
        var access = new AccessWorkflow(this, settings, bus, steps.Ask, erasures);
        var workflows = new WorkflowArns(workflow.Arn, access.Workflow.Arn, replay.Workflow.Arn)
        {
            Executions = [workflow.Executions, access.Workflow.Executions, replay.Workflow.Executions],
        };
        var intake = new RequestIntake(this, settings, bus, workflows);
        var restores = new RestoreIntake(this, settings, bus, intake.Drain, replay.Workflow.Arn);
        var deadlines = new DeadlineWatch(this, settings, bus, workflows);
        _ = new ForwardedRestores(this, settings.Environment.RestoreAccounts);
        var reconciler = new Reconciler(this, settings, replay.Workflow.Arn);

        LambdaFunction[] own = [.. steps.All, .. access.Speakers, .. replay.Speakers, intake.Receive, intake.Drain, restores.Receive, deadlines.Function];
        bus.Restrict(settings.Environment.Publishers, own);
        var alarms = Watch(settings, bus, intake, restores, [workflow, access.Workflow, replay.Workflow], [.. own, .. access.Functions.Except(access.Speakers), .. replay.Functions.Except(replay.Speakers), .. ledger.All, reconciler.Function, .. erasures.Values]);

        Output("EventBusName", bus.Name, "Upstream apps publish here");
        Output("EventBusArn", bus.Arn, "Upstream apps publish here");
        Output("ErasureWorkflowArn", workflow.Arn, "Operators watch executions of this");
        Output("AccessWorkflowArn", access.Workflow.Arn, "Operators watch executions of this");
        Output("LinkBundleName", access.Link.Function.FunctionName, "Operators invoke this to hand a bundle out");
        Output("ReplayWorkflowArn", replay.Workflow.Arn, "Operators watch executions of this");
        Output("RebuildLedgerName", ledger.Rebuild.Function.FunctionName, "Operators invoke this after the ledger's table was restored");
        Output("AlarmTopicArn", alarms.TopicArn, "Operators subscribe to this");
    }

    private Alarms Watch(
        WorkflowSettings settings, RequestBus bus, RequestIntake intake, RestoreIntake restores, IEnumerable<Workflow> workflows, IEnumerable<LambdaFunction> functions)
    {
        var alarms = new Alarms(this, settings.Stores.StorageKey);
        alarms.OnDeadLetters("BusDeadLetters", bus.DeadLetters);
        alarms.OnDeadLetters("RuleDeadLetters", intake.RuleDeadLetters);
        alarms.OnDeadLetters("QueueDeadLetters", intake.QueueDeadLetters);
        alarms.OnDeadLetters("RestoreRuleDeadLetters", restores.Events.RuleDeadLetters);
        alarms.OnDeadLetters("RestoreQueueDeadLetters", restores.Events.QueueDeadLetters);
        alarms.OnAge("IntakeAge", intake.Queue, Duration.Hours(1));
        alarms.OnAge("RestoresAge", restores.Events.Queue, Duration.Hours(1));
        foreach (var workflow in workflows) alarms.OnFailure(workflow);
        foreach (var function in functions) alarms.OnFailure(function);
        alarms.OnOwnMetric("RequestsOverdue", "Requests are past their statutory date");
        alarms.OnOwnMetric("RequestsNearlyDue", "Requests come near their statutory date");
        alarms.OnOwnMetric("RequestsOvertaking", "An earlier request of the same person is not done, and a later one could wait no longer");
        alarms.OnOwnMetric("TasksWaiting", "Tasks wait for an operator");
        alarms.OnOwnMetric("RestoresWaiting", "Restores wait for an operator");
        alarms.OnOwnMetric("RestoresReopened", "A restore that was declared clean was not");
        alarms.OnOwnMetric("LedgerBehind", "The ledger lacks what its write-once copies remember: rebuild it");
        alarms.OnOwnMetric("RestoresMissed", "No event told of a restore: its replay began late");
        alarms.OnOwnMetric("BackupsTooOld", "Backups are older than the data map declares: a restore of one cannot be cleaned completely");
        return alarms;
    }

    private void Output(string id, string value, string description) =>
        _ = new CfnOutput(this, id, new CfnOutputProps { Value = value, Description = description });
}
