using Amazon.CDK;
using Constructs;
using ServerlessGdpr.Functions;
using ServerlessGdpr.Functions.Restores.Reconciling;
using ServerlessGdpr.Infra.Constructs.Grants;
using ServerlessGdpr.Infra.Stacks;

namespace ServerlessGdpr.Infra.Constructs;

/// <summary>Every hour: starts the replays of restores that no event told of. It lists and describes; it reads no datastore and no identity.</summary>
internal sealed class Reconciler : Construct
{
    /// <param name="replayWorkflow">The ARN of the workflow that it starts.</param>
    public Reconciler(Construct scope, WorkflowSettings settings, string replayWorkflow) : base(scope, "Reconciler")
    {
        var stores = settings.Stores;
        Function = new LambdaFunction(this, HandlerNames.ReconcileRestores, settings, new FunctionSettings(
            HandlerNames.ReconcileRestores, "Starts the replays of restores that no event told of", TimeoutSeconds: 900, MemoryMegabytes: 256)
        {
            Variables = new Dictionary<string, string> { ["REQUESTS_TABLE"] = stores.Requests.Name, ["REPLAY_WORKFLOW"] = replayWorkflow },
        });
        Function
            .MayUseOnly(stores.Requests, "restore#", "GetItem", "PutItem")
            .MayUseOnly(stores.Requests, "copies#", "Query", "UpdateItem")
            .MayUseOnly(stores.Requests, ReconcilerCursor.Partition, "GetItem", "PutItem")
            .MayUseOnly(stores.Requests, "retention#", "Query")
            .MayReadAndWriteEncrypted(stores.StorageKey, "dynamodb")
            .Allow(["states:StartExecution"], [replayWorkflow]);

        // These know no resources.
        Function.Allow(["backup:ListRecoveryPointsByResource", "backup:ListRestoreJobs", "dynamodb:ListBackups", "dynamodb:ListTables"], ["*"]);
        Describe(settings);
        _ = new FunctionSchedule(this, "Hourly", Function, "rate(1 hour)", "Looks for restores every hour");
    }

    public LambdaFunction Function { get; }

    private void Describe(WorkflowSettings settings)
    {
        var tables = settings.Map.Datastores.Where(entry => entry.Kind == "dynamodb").ToList();
        string[] registered = [.. tables.Select(entry => entry.Location).Distinct()];
        Function.Allow(["dynamodb:DescribeContinuousBackups"], registered);
        Function.Allow(["dynamodb:DescribeTable"], [.. registered, .. tables.Select(entry => entry.Backups?.RestoredNamePattern).OfType<string>().Distinct().Select(ArnOf)]);
    }

    private string ArnOf(string tables) =>
        Stack.Of(this).FormatArn(new ArnComponents { Service = "dynamodb", Resource = "table", ResourceName = tables });
}
