using Constructs;
using ServerlessGdpr.Functions;
using ServerlessGdpr.Infra.Constructs.Grants;
using ServerlessGdpr.Infra.Stacks;

namespace ServerlessGdpr.Infra.Constructs;

/// <summary>What AWS tells of restores on the default bus, to replays: a rule for each family of events, the queue, its dead letters, and the function that reads it.</summary>
internal sealed class RestoreIntake : Construct
{
    /// <param name="drain">Keeps the dead letters, encrypted.</param>
    public RestoreIntake(Construct scope, WorkflowSettings settings, RequestBus bus, LambdaFunction drain, string replayWorkflowArn) : base(scope, "Restores")
    {
        Events = new EventQueue(this, settings.Stores.StorageKey, [.. RestoreRules.All(settings.Map), EventRule.FailedExecutions("Replays that ended without completing", replayWorkflowArn)]);
        Receive = Receiver(settings, bus, replayWorkflowArn);
        EventQueue.Read(Events.Queue, Receive);
        foreach (var deadLetters in Events.DeadLetters) EventQueue.Read(deadLetters, drain);
    }

    public EventQueue Events { get; }

    public LambdaFunction Receive { get; }

    private LambdaFunction Receiver(WorkflowSettings settings, RequestBus bus, string replayWorkflowArn)
    {
        var stores = settings.Stores;
        var function = new LambdaFunction(this, HandlerNames.ReceiveRestore, settings, new FunctionSettings(
            HandlerNames.ReceiveRestore, "Takes in what AWS tells of restores", 60, 256)
        {
            Variables = new Dictionary<string, string>
            {
                ["REQUESTS_TABLE"] = stores.Requests.Name,
                ["REPLAY_WORKFLOW"] = replayWorkflowArn,
                ["RESTORE_ACCOUNTS"] = settings.Environment.AccountsOfRestores,
                ["EVENT_BUS"] = bus.Name,
            },
        });
        function
            .MayUse(stores.Requests, "ConditionCheckItem", "GetItem", "PutItem", "Query", "UpdateItem")
            .MayReadAndWriteEncrypted(stores.StorageKey, "dynamodb")
            .Allow(["states:SendTaskSuccess", "states:StartExecution"], [replayWorkflowArn]);
        bus.MayPublish(function);
        return function;
    }
}
