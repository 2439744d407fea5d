using Amazon.CDK.AWS.SQS;
using Constructs;
using ServerlessGdpr.Functions;
using ServerlessGdpr.Infra.Constructs.Grants;
using ServerlessGdpr.Infra.Stacks;

namespace ServerlessGdpr.Infra.Constructs;

/// <summary>Events to requests: rules, the intake queue, its dead letters, and the functions that read them.</summary>
internal sealed class RequestIntake : Construct
{
    private readonly EventQueue events;

    public RequestIntake(Construct scope, WorkflowSettings settings, RequestBus bus, WorkflowArns workflows) : base(scope, "Intake")
    {
        events = new EventQueue(
            this,
            settings.Stores.StorageKey,
            // Whatever its type: an event that nothing handles is rejected visibly, where a narrower pattern would let it vanish.
            new EventRule("Requests", "Everything that others publish: requests, cancellations and decisions", bus.Name, new()
            {
                ["source"] = new[] { new Dictionary<string, object> { ["anything-but"] = EventRule.OneOf(RequestBus.OwnSource) } },
            }),
            EventRule.FailedExecutions("Executions that ended without completing their request", workflows.Erasure, workflows.Access));

        Receive = Receiver(settings, bus, workflows);
        Drain = Drainer(settings, bus);
        EventQueue.Read(Queue, Receive);
        foreach (var deadLetters in new[] { RuleDeadLetters, bus.DeadLetters, QueueDeadLetters }) EventQueue.Read(deadLetters, Drain);
    }

    public Queue Queue => events.Queue;

    public Queue RuleDeadLetters => events.RuleDeadLetters;

    public Queue QueueDeadLetters => events.QueueDeadLetters;

    public LambdaFunction Receive { get; }

    public LambdaFunction Drain { get; }

    private LambdaFunction Receiver(WorkflowSettings settings, RequestBus bus, WorkflowArns workflows)
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
                ["ERASURE_WORKFLOW"] = workflows.Erasure,
                ["ACCESS_WORKFLOW"] = workflows.Access,
                ["REPLAY_WORKFLOW"] = workflows.Replay,
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
        function.Allow(["states:SendTaskSuccess", "states:StartExecution"], workflows.All);
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
}
