using Constructs;
using ServerlessGdpr.Functions;
using ServerlessGdpr.Infra.Constructs.Grants;
using ServerlessGdpr.Infra.Stacks;

namespace ServerlessGdpr.Infra.Constructs;

/// <summary>The workflow access with its functions, and the one that operators make links with. Only the packing function reads what was exported; none opens an identity.</summary>
internal sealed class AccessWorkflow : Construct
{
    private static readonly string[] WithEvidence = ["dynamodb", "s3"], WithoutEvidence = ["dynamodb"];

    /// <param name="ask">The same that erasures ask operators with.</param>
    public AccessWorkflow(Construct scope, WorkflowSettings settings, RequestBus bus, LambdaFunction ask, IReadOnlyDictionary<string, LambdaFunction> datastores) : base(scope, "Access")
    {
        var stores = settings.Stores;
        var exports = ("EXPORT_BUCKET", stores.Exports.BucketName);
        var evidence = ("EVIDENCE_BUCKET", stores.Evidence.BucketName);
        var tells = ("EVENT_BUS", bus.Name);

        var plan = Step(settings, HandlerNames.PlanAccess, "One export for each datastore", 256, tells).MayUse(stores.Requests, "GetItem", "PutItem", "Query", "UpdateItem");
        var record = Step(settings, HandlerNames.RecordExports, "Records exports and decides what comes next", 256).MayUse(stores.Requests, "PutItem", "Query", "UpdateItem");
        var package = Step(settings, HandlerNames.PackageBundle, "Packs what was exported into a bundle", 512, exports, ("BUNDLE_DAYS", $"{settings.Environment.BundleDays}"))
            .MayUse(stores.Requests, "GetItem", "Query", "UpdateItem")
            .MayReadExports(stores.Exports, stores.ExportKey, "parts/")
            .MayWriteExports(stores.Exports, stores.ExportKey, "bundles/");
        var complete = Step(settings, HandlerNames.CompleteAccess, "Certificate and status event of an access request", 256, tells, evidence, exports, ("VAULT_TABLE", stores.Vault.Name))
            .MayUse(stores.Requests, "GetItem", "Query", "UpdateItem")
            .MayUse(stores.Vault, "DeleteItem")
            .MayWriteEvidence(stores.Evidence, "certificates/")
            .MayRemoveExports(stores.Exports, "parts/");
        Link = Step(settings, HandlerNames.LinkBundle, "Operators make links to bundles with this", 256, evidence, exports)
            .MayUse(stores.Requests, "GetItem")
            .MayWriteEvidence(stores.Evidence, "certificates/")
            .MayReadExports(stores.Exports, stores.ExportKey, "bundles/");
        bus.MayPublish(plan);
        bus.MayPublish(complete);
        Speakers = [plan, complete];
        Functions = [plan, record, package, complete, Link];

        Workflow = new Workflow(this, "Workflow", settings, "access", new Dictionary<string, LambdaFunction>
        {
            [HandlerNames.PlanAccess] = plan,
            [HandlerNames.RecordExports] = record,
            [HandlerNames.AskOperator] = ask,
            [HandlerNames.PackageBundle] = package,
            [HandlerNames.CompleteAccess] = complete,
        }, datastores);
    }

    public Workflow Workflow { get; }

    public LambdaFunction Link { get; }

    /// <summary>Those that publish status events.</summary>
    public IReadOnlyList<LambdaFunction> Speakers { get; }

    public IReadOnlyList<LambdaFunction> Functions { get; }

    private LambdaFunction Step(WorkflowSettings settings, string handler, string description, int megabytes, params (string Name, string Value)[] variables)
    {
        var services = variables.Any(variable => variable.Name == "EVIDENCE_BUCKET") ? WithEvidence : WithoutEvidence;
        return new LambdaFunction(this, handler, settings, new FunctionSettings(handler, description, handler == HandlerNames.PackageBundle ? 900 : 300, megabytes)
        {
            Variables = variables.Append((Name: "REQUESTS_TABLE", Value: settings.Stores.Requests.Name)).ToDictionary(variable => variable.Name, variable => variable.Value),
        }).MayReadAndWriteEncrypted(settings.Stores.StorageKey, services);
    }
}
