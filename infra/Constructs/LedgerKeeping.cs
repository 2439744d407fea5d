using Constructs;
using ServerlessGdpr.Functions;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Infra.Constructs.Grants;
using ServerlessGdpr.Infra.Stacks;

namespace ServerlessGdpr.Infra.Constructs;

/// <summary>What keeps the ledger's memory: entries live as long as backups do, and the table is held against its write-once copies, or rebuilt from them. None opens an identity.</summary>
internal sealed class LedgerKeeping : Construct
{
    private const string Copies = "ledger/";

    public LedgerKeeping(Construct scope, WorkflowSettings settings) : base(scope, "LedgerKeeping")
    {
        var stores = settings.Stores;
        Keep = Keeper(settings, HandlerNames.KeepMemory, "Keeps ledger entries for as long as backups are kept", ofRequests: true)
            .MayUseOnly(stores.Requests, "retention#", "GetItem", "PutItem", "Query")
            .MayUse(stores.Ledger, "GetItem", "PutItem")
            .MayQuery(stores.Ledger, LedgerIndex.Name)
            .MayWriteEvidence(stores.Evidence, Copies);
        Check = Keeper(settings, HandlerNames.CheckLedger, "Whether the ledger's table is behind its write-once copies", ofRequests: true)
            .MayUseOnly(stores.Requests, LedgerCheckpoint.Partition, "GetItem", "PutItem")
            .MayUse(stores.Ledger, "BatchGetItem")
            .MayReadEvidence(stores.Evidence, Copies);
        Rebuild = Keeper(settings, HandlerNames.RebuildLedger, "Puts back into the ledger what its write-once copies remember", ofRequests: false)
            .MayUse(stores.Ledger, "BatchGetItem", "PutItem")
            .MayReadEvidence(stores.Evidence, Copies);
        _ = new FunctionSchedule(this, "KeepHourly", Keep, "rate(1 hour)", "Keeps the ledger's memory every hour");
        _ = new FunctionSchedule(this, "CheckDaily", Check, "rate(1 day)", "Checks the ledger every day");
    }

    public LambdaFunction Keep { get; }

    public LambdaFunction Check { get; }

    /// <summary>Replays invoke it, and operators.</summary>
    public LambdaFunction Rebuild { get; }

    public IEnumerable<LambdaFunction> All => [Keep, Check, Rebuild];

    private LambdaFunction Keeper(WorkflowSettings settings, string handler, string description, bool ofRequests)
    {
        var stores = settings.Stores;
        var variables = new Dictionary<string, string> { ["LEDGER_TABLE"] = stores.Ledger.Name, ["EVIDENCE_BUCKET"] = stores.Evidence.BucketName };
        if (ofRequests) variables["REQUESTS_TABLE"] = stores.Requests.Name;
        return new LambdaFunction(this, handler, settings, new FunctionSettings(handler, description, TimeoutSeconds: 900, MemoryMegabytes: 256) { Variables = variables })
            .MayReadAndWriteEncrypted(stores.StorageKey, "dynamodb", "s3");
    }
}
