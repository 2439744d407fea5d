using Amazon.CDK.AWS.Events;
using Amazon.CDK.AWS.Lambda.EventSources;
using Amazon.CDK.AWS.SQS;
using Constructs;
using ServerlessGdpr.Functions;
using ServerlessGdpr.Infra.Constructs.Grants;
using ServerlessGdpr.Infra.Stacks;

namespace ServerlessGdpr.Infra.Constructs;

/// <summary>Events to requests: rules, the intake queue, its dead letters, and the functions that read them.</summary>
internal sealed class RequestIntake : Construct
{
    public RequestIntake(Construct scope, WorkflowSettings settings, RequestBus bus, ErasureWorkflow workflow) : base(scope, "Intake")
    {
        var key = settings.Stores.StorageKey;
        RuleDeadLetters = EncryptedQueue.ForDeadLetters(this, "RuleDeadLetters", key);
        QueueDeadLetters = EncryptedQueue.ForDeadLetters(this, "QueueDeadLetters", key);
        Queue = EncryptedQueue.ForIntake(this, "Queue", key, QueueDeadLetters);

        // Whatever its type: an event that nothing handles is rejected visibly, where a narrower pattern would let it vanish.
        var requests = Rule("Requests", "Everything that others publish: requests, cancellations and decisions", bus.Name, new Dictionary<string, object>
        {
            ["source"] = new[] { new Dictionary<string, object> { ["anything-but"] = OneOf(RequestBus.OwnSource) } },
        });
        var executions = Rule("FailedExecutions", "Executions that ended without completing their request", null, new Dictionary<string, object>
        {
            ["source"] = OneOf("aws.states"),
            ["detail-type"] = OneOf("Step Functions Execution Status Change"),
            ["detail"] = new Dictionary<string, object>
            {
                ["stateMachineArn"] = OneOf(workflow.Arn),
                ["status"] = OneOf("FAILED", "TIMED_OUT", "ABORTED"),
            },
        });
        Queue.AcceptFrom("events.amazonaws.com", requests.AttrArn, executions.AttrArn);
        RuleDeadLetters.AcceptFrom("events.amazonaws.com", requests.AttrArn, executions.AttrArn);

        Receive = Receiver(settings, bus, workflow);
        Drain = Drainer(settings, bus);
        Read(Queue, Receive);
        foreach (var deadLetters in new[] { RuleDeadLetters, bus.DeadLetters, QueueDeadLetters }) Read(deadLetters, Drain);
    }

    public Queue Queue { get; }

    public Queue RuleDeadLetters { get; }

    public Queue QueueDeadLetters { get; }

    public LambdaFunction Receive { get; }

    public LambdaFunction Drain { get; }

    private static string[] OneOf(params string[] values) => values;

    private CfnRule Rule(string id, string description, string? bus, Dictionary<string, object> pattern) => new(this, id, new CfnRuleProps
    {
        Description = description,
        EventBusName = bus,
        EventPattern = pattern,
        Targets = new[]
        {
            new CfnRule.TargetProperty
            {
                Id = "intake",
                Arn = Queue.QueueArn,
                DeadLetterConfig = new CfnRule.DeadLetterConfigProperty { Arn = RuleDeadLetters.QueueArn },
            },
        },
    });

    private LambdaFunction Receiver(WorkflowSettings settings, RequestBus bus, ErasureWorkflow workflow)
    {
        var stores = settings.Stores;
        var function = new LambdaFunction(this, HandlerNames.ReceiveRequest, settings, new FunctionSettings(
            HandlerNames.ReceiveRequest, "Takes request, cancellation and operator events in", 60, 256)
        {
            Variables = new Dictionary<string, string>
            {
                ["REQUESTS_TABLE"] = stores.Requests.Name,
                ["VAULT_TABLE"] = stores.Vault.Name,
                ["IDENTITY_KEY"] = stores.IdentityKey.KeyArn,
                ["MAC_KEY"] = stores.MacKey.KeyArn,
                ["ERASURE_WORKFLOW"] = workflow.Arn,
                ["EVENT_BUS"] = bus.Name,
            },
        });
        function
            .MayUse(stores.Requests, "ConditionCheckItem", "GetItem", "PutItem", "UpdateItem")
            .MayUse(stores.Vault, "PutItem")
            .MayReadAndWriteEncrypted(stores.StorageKey, "dynamodb");
        // It can seal identities and not open them.
        function.Allow(["kms:GenerateDataKey"], [stores.IdentityKey.KeyArn]);
        function.Allow(["kms:GenerateMac"], [stores.MacKey.KeyArn]);
        // A task token is scoped by the state machine that gave it out.
        function.Allow(["states:SendTaskSuccess", "states:StartExecution"], [workflow.Arn]);
        bus.MayPublish(function);
        return function;
    }

    private LambdaFunction Drainer(WorkflowSettings settings, RequestBus bus)
    {
        var stores = settings.Stores;
        var function = new LambdaFunction(this, HandlerNames.DrainDeadLetters, settings, new FunctionSettings(
            HandlerNames.DrainDeadLetters, "Keeps dead letters, encrypted, and reports them as failed", 60, 256)
        {
            Variables = new Dictionary<string, string>
            {
                ["REQUESTS_TABLE"] = stores.Requests.Name,
                ["VAULT_TABLE"] = stores.Vault.Name,
                ["IDENTITY_KEY"] = stores.IdentityKey.KeyArn,
                ["EVENT_BUS"] = bus.Name,
            },
        });
        function
            .MayUse(stores.Requests, "GetItem", "PutItem", "UpdateItem")
            .MayUseOnly(stores.Vault, "@dead-letter#", "PutItem")
            .MayReadAndWriteEncrypted(stores.StorageKey, "dynamodb");
        function.Allow(["kms:GenerateDataKey"], [stores.IdentityKey.KeyArn], Conditions.Of("StringEquals", "kms:EncryptionContext:datastore", "@dead-letter"));
        bus.MayPublish(function);
        return function;
    }

    private static void Read(Queue queue, LambdaFunction function) =>
        function.Function.AddEventSource(new SqsEventSource(queue, new SqsEventSourceProps { BatchSize = 10, ReportBatchItemFailures = true }));
}
