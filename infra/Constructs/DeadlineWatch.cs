using Constructs;
using ServerlessGdpr.Functions;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Infra.Constructs.Grants;
using ServerlessGdpr.Infra.Stacks;

namespace ServerlessGdpr.Infra.Constructs;

/// <summary>Every hour: the statutory clock, ended exemptions, waiting restores, locks of open ledger entries.</summary>
internal sealed class DeadlineWatch : Construct
{
    public DeadlineWatch(Construct scope, WorkflowSettings settings, RequestBus bus, WorkflowArns workflows) : base(scope, "Deadlines")
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
                ["ERASURE_WORKFLOW"] = workflows.Erasure,
                ["ACCESS_WORKFLOW"] = workflows.Access,
                ["REPLAY_WORKFLOW"] = workflows.Replay,
            },
        });
        Function
            .MayUse(stores.Requests, "GetItem", "UpdateItem")
            .MayQuery(stores.Requests, "open-by-due")
            .MayUse(stores.Ledger, "GetItem", "PutItem")
            .MayQuery(stores.Ledger, LedgerIndex.Name)
            .MayWriteEvidence(stores.Evidence, "ledger/")
            .MayReadAndWriteEncrypted(stores.StorageKey, "dynamodb", "s3")
            .Allow(["states:StartExecution"], workflows.All);
        Function.Allow(["states:DescribeExecution"], workflows.Executions);
        bus.MayPublish(Function);
        _ = new FunctionSchedule(this, "Hourly", Function, "rate(1 hour)", "Watches deadlines every hour");
    }

    public LambdaFunction Function { get; }
}
