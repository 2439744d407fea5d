using Amazon.CDK;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.Scheduler;
using Constructs;
using ServerlessGdpr.Functions;
using ServerlessGdpr.Infra.Constructs.Grants;
using ServerlessGdpr.Infra.Stacks;

namespace ServerlessGdpr.Infra.Constructs;

/// <summary>Every hour: the statutory clock, ended exemptions, waiting restores, locks of open ledger entries.</summary>
internal sealed class DeadlineWatch : Construct
{
    public DeadlineWatch(Construct scope, WorkflowSettings settings, RequestBus bus, ErasureWorkflow workflow, string replayWorkflowArn) : base(scope, "Deadlines")
    {
        var stores = settings.Stores;
        Function = new LambdaFunction(this, HandlerNames.WatchDeadlines, settings, new FunctionSettings(
            HandlerNames.WatchDeadlines, "Statutory clock, ended exemptions, evidence locks", 300, 256)
        {
            Variables = new Dictionary<string, string>
            {
                ["REQUESTS_TABLE"] = stores.Requests.Name,
                ["LEDGER_TABLE"] = stores.Ledger.Name,
                ["EVIDENCE_BUCKET"] = stores.Evidence.BucketName,
                ["EVENT_BUS"] = bus.Name,
                ["ERASURE_WORKFLOW"] = workflow.Arn,
                ["REPLAY_WORKFLOW"] = replayWorkflowArn,
            },
        });
        Function
            .MayUse(stores.Requests, "GetItem", "UpdateItem")
            .MayQuery(stores.Requests, "open-by-due")
            .MayUse(stores.Ledger, "GetItem", "PutItem")
            .MayQuery(stores.Ledger, "by-state")
            .MayWriteEvidence(stores.Evidence, "ledger/")
            .MayReadAndWriteEncrypted(stores.StorageKey, "dynamodb", "s3")
            .Allow(["states:StartExecution"], [workflow.Arn, replayWorkflowArn]);
        bus.MayPublish(Function);
        Schedule();
    }

    public LambdaFunction Function { get; }

    private void Schedule()
    {
        var role = new Role(this, "ScheduleRole", new RoleProps
        {
            AssumedBy = new ServicePrincipal("scheduler.amazonaws.com", new ServicePrincipalOpts
            {
                Conditions = Conditions.Of("StringEquals", "aws:SourceAccount", Stack.Of(this).Account).ToDictionary(),
            }),
        });
        role.AddToPolicy(new PolicyStatement(new PolicyStatementProps { Actions = ["lambda:InvokeFunction"], Resources = [Function.Arn] }));
        _ = new CfnSchedule(this, "Hourly", new CfnScheduleProps
        {
            Description = "Watches deadlines every hour",
            ScheduleExpression = "rate(1 hour)",
            FlexibleTimeWindow = new CfnSchedule.FlexibleTimeWindowProperty { Mode = "OFF" },
            Target = new CfnSchedule.TargetProperty { Arn = Function.Arn, RoleArn = role.RoleArn, Input = "{}" },
        });
    }
}
