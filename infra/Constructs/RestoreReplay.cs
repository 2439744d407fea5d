using System.Text.Json.Nodes;
using Amazon.CDK;
using Amazon.CDK.AWS.KMS;
using Amazon.CDK.AWS.S3;
using Constructs;
using ServerlessGdpr.Functions;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Infra.Constructs.Grants;
using ServerlessGdpr.Infra.Stacks;

namespace ServerlessGdpr.Infra.Constructs;

/// <summary>
/// The workflow replay with its functions and its pages. Its functions read references from the ledger and cannot open an identity; the workflow itself may look
/// at restored tables and close them to readers, by the names that the data map gives to copies and by the registered ones, under which a lost table is restored; one
/// function may tag restored buckets.
/// </summary>
internal sealed class RestoreReplay : Construct
{
    /// <summary>Long after the last sweep, what a page said is in the record.</summary>
    private const int PageDays = 14;

    /// <param name="rebuildLedger">Before anyone is selected, the ledger knows whom its copies know.</param>
    public RestoreReplay(
        Construct scope, WorkflowSettings settings, RequestBus bus, LambdaFunction rebuildLedger, IReadOnlyDictionary<string, LambdaFunction> datastores) : base(scope, "Replay")
    {
        var stores = settings.Stores;
        Pages = new Bucket(this, "Pages", new BucketProps
        {
            EnforceSSL = true,
            MinimumTLSVersion = 1.2,
            Encryption = BucketEncryption.KMS,
            EncryptionKey = stores.StorageKey,
            BucketKeyEnabled = true,
            BlockPublicAccess = BlockPublicAccess.BLOCK_ALL,
            ObjectOwnership = ObjectOwnership.BUCKET_OWNER_ENFORCED,
            RemovalPolicy = RemovalPolicy.RETAIN,
            LifecycleRules = [new LifecycleRule { Id = "pages", Expiration = Duration.Days(PageDays), AbortIncompleteMultipartUploadAfter = Duration.Days(1) }],
        });

        var ledger = ("LEDGER_TABLE", stores.Ledger.Name);
        var evidence = ("EVIDENCE_BUCKET", stores.Evidence.BucketName);
        var pages = ("PAGES_BUCKET", Pages.BucketName);
        var tells = ("EVENT_BUS", bus.Name);
        var steps = new Dictionary<string, LambdaFunction>
        {
            [HandlerNames.BeginReplay] = Step(settings, HandlerNames.BeginReplay, "Says what must be asked about a restore").MayUse(stores.Requests, "GetItem"),
            [HandlerNames.ResolveRestore] = Step(
                settings, HandlerNames.ResolveRestore, "Decides whose data was restored, and from when", tells, ("RESTORE_ACCOUNTS", settings.Environment.AccountsOfRestores))
                .MayUse(stores.Requests, "GetItem", "PutItem", "Query", "UpdateItem"),
            [HandlerNames.PlanReplay] = Step(settings, HandlerNames.PlanReplay, "Selects who is replayed", tells, ledger, evidence, pages)
                .MayUse(stores.Requests, "GetItem", "PutItem", "Query")
                .MayQuery(stores.Ledger, "by-state"),
            [HandlerNames.RecordReplay] = Step(settings, HandlerNames.RecordReplay, "Records the passes of a replay and decides what comes next", tells, pages)
                .MayUse(stores.Requests, "GetItem", "PutItem", "UpdateItem"),
            [HandlerNames.DeclareRestore] = Step(settings, HandlerNames.DeclareRestore, "Says what became of a restore", tells)
                .MayUse(stores.Requests, "GetItem", "PutItem", "UpdateItem"),
            [HandlerNames.AskAboutRestore] = Step(settings, HandlerNames.AskAboutRestore, "Keeps a task token until an operator decides about a restore", tells)
                .MayUse(stores.Requests, "GetItem", "PutItem"),
            [HandlerNames.MarkBucket] = Step(settings, HandlerNames.MarkBucket, "Tags a restored bucket with how far its cleaning is").MayUse(stores.Requests, "GetItem", "Query"),
            [HandlerNames.ExtendMemory] = Step(
                settings, HandlerNames.ExtendMemory, "Keeps replayed people in the ledger while backups of the copy may hold them", tells, ledger, evidence)
                .MayUse(stores.Requests, "GetItem", "Query")
                .MayUse(stores.Ledger, "GetItem", "PutItem")
                .MayWriteEvidence(stores.Evidence, "ledger/"),
        };
        Speakers = [.. steps.Where(step => step.Key is not (HandlerNames.BeginReplay or HandlerNames.MarkBucket)).Select(step => step.Value)];
        foreach (var speaker in Speakers) bus.MayPublish(speaker);
        AllowMarks(steps[HandlerNames.MarkBucket], settings.Map);
        steps[HandlerNames.PlanReplay].Allow(["s3:PutObject"], [Pages.ArnForObjects("pages/*")]);
        steps[HandlerNames.RecordReplay].Allow(["s3:GetObject"], [Pages.ArnForObjects("results/*")]);
        Functions = [.. steps.Values];
        steps[HandlerNames.RebuildLedger] = rebuildLedger;

        Workflow = new Workflow(this, "Replay", settings, "replay", steps, datastores, new Dictionary<string, JsonNode>
        {
            ["PauseSeconds"] = settings.Environment.ReplayPauseSeconds,
            ["DatastoreRoles"] = Workflow.ByName(datastores, function => function.RoleArn),
        });
        Workflow.AllowOwnExecutions();
        Workflow.LetStart(steps[HandlerNames.ResolveRestore]);
        AllowPages(stores.StorageKey);
        AllowLookUps(settings.Map);
    }

    public Bucket Pages { get; }

    public Workflow Workflow { get; }

    public IReadOnlyList<LambdaFunction> Functions { get; }

    /// <summary>Those that publish status events.</summary>
    public IReadOnlyList<LambdaFunction> Speakers { get; }

    /// <summary>A distributed map reads its items, and writes its results, with the workflow's own role.</summary>
    private void AllowPages(IKey key)
    {
        Workflow.Allow(["s3:GetObject"], [Pages.ArnForObjects("pages/*")]);
        Workflow.Allow(["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"], [Pages.ArnForObjects("results/*")]);
        Workflow.Allow(
            ["kms:Decrypt", "kms:GenerateDataKey"],
            [key.KeyArn],
            Conditions.Of("StringEquals", "kms:ViaService", $"s3.{Stack.Of(this).Region}.amazonaws.com"));
    }

    /// <summary>What AWS is asked about restored tables and their backups. Restore jobs have no ARN that a policy could name.</summary>
    private void AllowLookUps(DataMap map)
    {
        var tables = map.Datastores.Where(entry => entry.Kind == "dynamodb").ToList();
        string[] restored = Restored(tables), closed = Restored(tables.Where(entry => entry.Quarantine));
        Workflow.Allow(["dynamodb:DescribeTable"], restored);
        Workflow.Allow(["dynamodb:DescribeBackup"], [.. restored.Select(table => $"{table}/backup/*")]);
        Workflow.Allow(["dynamodb:DeleteResourcePolicy", "dynamodb:PutResourcePolicy", "dynamodb:TagResource"], closed);
        Workflow.Allow(["backup:DescribeRestoreJob"], ["*"]);
    }

    /// <summary>A lost table is restored under its own name, any other as a copy.</summary>
    private static string[] Restored(IEnumerable<DatastoreEntry> tables) => [.. tables.SelectMany(entry => new[] { entry.Location, CopyArn(entry) }).OfType<string>().Distinct()];

    /// <summary>The tags of copies, by their names; a registered bucket's are its owner's.</summary>
    private static void AllowMarks(LambdaFunction function, DataMap map)
    {
        string[] copies = [.. map.Datastores.Where(entry => entry is { Kind: "s3", Quarantine: true }).Select(entry => entry.CopyArnPattern).OfType<string>().Distinct()];
        if (copies.Length > 0) function.Allow(["s3:GetBucketTagging", "s3:PutBucketTagging"], copies);
    }

    private static string? CopyArn(DatastoreEntry entry) =>
        entry.Backups?.RestoredNamePattern is { } pattern ? $"{entry.Location[..(entry.Location.LastIndexOf('/') + 1)]}{pattern}" : null;

    private LambdaFunction Step(WorkflowSettings settings, string handler, string description, params (string Name, string Value)[] variables) =>
        new LambdaFunction(this, handler, settings, new FunctionSettings(handler, description, TimeoutSeconds: 300, MemoryMegabytes: 512)
        {
            Variables = variables.Append((Name: "REQUESTS_TABLE", Value: settings.Stores.Requests.Name)).ToDictionary(variable => variable.Name, variable => variable.Value),
        }).MayReadAndWriteEncrypted(settings.Stores.StorageKey, "dynamodb", "s3");
}
