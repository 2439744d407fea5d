using Constructs;
using ServerlessGdpr.Functions;
using ServerlessGdpr.Infra.Constructs.Grants;
using ServerlessGdpr.Infra.Stacks;

namespace ServerlessGdpr.Infra.Constructs;

/// <summary>The workflow's own functions. They move ciphertext between vault and ledger and can open none of it: no permission on the identity key.</summary>
internal sealed class WorkflowFunctions : Construct
{
    private static readonly string[] ItemActions = ["ConditionCheckItem", "DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem"];

    public WorkflowFunctions(Construct scope, WorkflowSettings settings, RequestBus bus) : base(scope, "Steps")
    {
        LambdaFunction Keeper(string handler, string description)
        {
            var function = new LambdaFunction(this, handler, settings, new FunctionSettings(handler, description, 60, 256)
            {
                Variables = new Dictionary<string, string>
                {
                    ["REQUESTS_TABLE"] = settings.Stores.Requests.Name,
                    ["VAULT_TABLE"] = settings.Stores.Vault.Name,
                    ["LEDGER_TABLE"] = settings.Stores.Ledger.Name,
                    ["EVIDENCE_BUCKET"] = settings.Stores.Evidence.BucketName,
                    ["EVENT_BUS"] = bus.Name,
                },
            });
            bus.MayPublish(function);
            return function
                .MayUse(settings.Stores.Requests, ItemActions)
                .MayUse(settings.Stores.Vault, "ConditionCheckItem", "DeleteItem", "GetItem", "Query")
                .MayUse(settings.Stores.Ledger, ItemActions)
                .MayReadAndWriteEncrypted(settings.Stores.StorageKey, "dynamodb", "s3");
        }

        Plan = Keeper(HandlerNames.PlanErasure, "Writes the ledger and decides which tasks run first")
            .MayWriteEvidence(settings.Stores.Evidence, "ledger/");
        Advance = Keeper(HandlerNames.AdvanceErasure, "Records a wave's results and decides what comes next")
            .MayWriteEvidence(settings.Stores.Evidence, "ledger/");
        Complete = Keeper(HandlerNames.CompleteRequest, "Outcome, certificate and status event of a request")
            .MayWriteEvidence(settings.Stores.Evidence, "certificates/", "ledger/");

        Ask = new LambdaFunction(this, HandlerNames.AskOperator, settings, new FunctionSettings(
            HandlerNames.AskOperator, "Keeps a task token until an operator decides", 30, 256)
        {
            Variables = new Dictionary<string, string> { ["REQUESTS_TABLE"] = settings.Stores.Requests.Name, ["EVENT_BUS"] = bus.Name },
        });
        Ask.MayUse(settings.Stores.Requests, "GetItem", "PutItem", "Query", "UpdateItem").MayReadAndWriteEncrypted(settings.Stores.StorageKey, "dynamodb");
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
}
