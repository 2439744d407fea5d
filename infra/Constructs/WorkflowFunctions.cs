using Constructs;
using ServerlessGdpr.Functions;
using ServerlessGdpr.Infra.Constructs.Grants;
using ServerlessGdpr.Infra.Stacks;

namespace ServerlessGdpr.Infra.Constructs;

/// <summary>The workflow's own functions. They move ciphertext between vault and ledger and can open none of it: no permission on the identity key.</summary>
internal sealed class WorkflowFunctions : Construct
{
    public WorkflowFunctions(Construct scope, WorkflowSettings settings, RequestBus bus) : base(scope, "Steps")
    {
        var stores = settings.Stores;

        Plan = Keeper(settings, bus, HandlerNames.PlanErasure, "Writes the ledger and decides which tasks run first")
            .MayUse(stores.Requests, "GetItem", "PutItem", "Query", "UpdateItem")
            .MayUse(stores.Vault, "GetItem", "PutItem")
            .MayUse(stores.Ledger, "GetItem", "PutItem")
            .MayWriteEvidence(stores.Evidence, "ledger/");
        Advance = Keeper(settings, bus, HandlerNames.AdvanceErasure, "Records a wave's results and decides what comes next")
            .MayUse(stores.Requests, "GetItem", "PutItem", "Query", "UpdateItem")
            .MayUse(stores.Vault, "DeleteItem")
            .MayUse(stores.Ledger, "GetItem", "PutItem")
            .MayWriteEvidence(stores.Evidence, "ledger/");
        Complete = Keeper(settings, bus, HandlerNames.CompleteRequest, "Outcome, certificate and status event of a request")
            .MayUse(stores.Requests, "GetItem", "Query", "UpdateItem")
            .MayUse(stores.Vault, "DeleteItem")
            .MayUse(stores.Ledger, "GetItem", "PutItem")
            .MayWriteEvidence(stores.Evidence, "certificates/", "ledger/");

        Ask = new LambdaFunction(this, HandlerNames.AskOperator, settings, new FunctionSettings(
            HandlerNames.AskOperator, "Keeps a task token until an operator decides", TimeoutSeconds: 30, MemoryMegabytes: 256)
        {
            Variables = new Dictionary<string, string> { ["REQUESTS_TABLE"] = stores.Requests.Name, ["EVENT_BUS"] = bus.Name },
        }).MayUse(stores.Requests, "GetItem", "UpdateItem").MayReadAndWriteEncrypted(stores.StorageKey, "dynamodb");
        bus.MayPublish(Ask);
    }

    public LambdaFunction Plan { get; }

    public LambdaFunction Advance { get; }

    public LambdaFunction Ask { get; }

    public LambdaFunction Complete { get; }

    public IEnumerable<LambdaFunction> All => [Plan, Advance, Ask, Complete];

    /// <summary>By the placeholders of the workflow.</summary>
    public IReadOnlyDictionary<string, LambdaFunction> ByPlaceholder => new Dictionary<string, LambdaFunction>
    {
        [HandlerNames.PlanErasure] = Plan,
        [HandlerNames.AdvanceErasure] = Advance,
        [HandlerNames.AskOperator] = Ask,
        [HandlerNames.CompleteRequest] = Complete,
    };

    private LambdaFunction Keeper(WorkflowSettings settings, RequestBus bus, string handler, string description)
    {
        var stores = settings.Stores;
        var function = new LambdaFunction(this, handler, settings, new FunctionSettings(handler, description, TimeoutSeconds: 60, MemoryMegabytes: 256)
        {
            Variables = new Dictionary<string, string>
            {
                ["REQUESTS_TABLE"] = stores.Requests.Name,
                ["VAULT_TABLE"] = stores.Vault.Name,
                ["LEDGER_TABLE"] = stores.Ledger.Name,
                ["EVIDENCE_BUCKET"] = stores.Evidence.BucketName,
                ["EVENT_BUS"] = bus.Name,
            },
        });
        bus.MayPublish(function);
        return function.MayReadAndWriteEncrypted(stores.StorageKey, "dynamodb", "s3");
    }
}
