using Constructs;
using ServerlessGdpr.Functions;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Infra.Constructs.Grants;
using ServerlessGdpr.Infra.Stacks;

namespace ServerlessGdpr.Infra.Constructs;

/// <summary>What AWS tells of restores on the default bus, to replays: a rule for each family of events, the queue, its dead letters, and the function that reads it.</summary>
internal sealed class RestoreIntake : Construct
{
    private const string Call = "AWS API Call via CloudTrail";

    /// <param name="drain">Keeps the dead letters, encrypted.</param>
    public RestoreIntake(Construct scope, WorkflowSettings settings, RequestBus bus, LambdaFunction drain, string replayWorkflowArn) : base(scope, "Restores")
    {
        Events = new EventQueue(this, settings.Stores.StorageKey, [.. Rules(settings.Map), EventRule.FailedExecutions("Replays that ended without completing", replayWorkflowArn)]);
        Receive = Receiver(settings, bus, replayWorkflowArn);
        EventQueue.Read(Events.Queue, Receive);
        foreach (var deadLetters in Events.DeadLetters) EventQueue.Read(deadLetters, drain);
    }

    public EventQueue Events { get; }

    public LambdaFunction Receive { get; }

    /// <summary>They select what may tell of a restore. Whether it does the function decides, and records why not: a pattern lets events vanish.</summary>
    private static IEnumerable<EventRule> Rules(DataMap map)
    {
        // Of any status: one that AWS adds must not vanish, and failed and unfinished jobs are ignored with a reason.
        yield return Rule("BackupJobs", "AWS Backup's restore jobs", ["aws.backup"], ["Restore Job State Change"]);
        yield return Rule(
            "DatabaseEvents",
            "RDS: databases that were restored, or created as clusters are",
            ["aws.rds"],
            ["RDS DB Cluster Event", "RDS DB Cluster Snapshot Event", "RDS DB Instance Event", "RDS DB Snapshot Event"],
            new()
            {
                // Old shapes have no id, only a message.
                ["EventID"] = new object[] { "RDS-EVENT-0019", "RDS-EVENT-0043", "RDS-EVENT-0170", new Dictionary<string, object> { ["exists"] = false } },
            });
        yield return Calls("TableCalls", "Calls that restore or import DynamoDB tables", "dynamodb", "ImportTable", "RestoreTableFromBackup", "RestoreTableToPointInTime");
        yield return Calls(
            "DatabaseCalls",
            "Calls that restore or rewind databases",
            "rds",
            "BacktrackDBCluster",
            "RestoreDBClusterFromS3",
            "RestoreDBClusterFromSnapshot",
            "RestoreDBClusterToPointInTime",
            "RestoreDBInstanceFromDBSnapshot",
            "RestoreDBInstanceFromS3",
            "RestoreDBInstanceToPointInTime");
        yield return Calls("WarehouseCalls", "Calls that restore Redshift clusters", "redshift", "RestoreFromClusterSnapshot");

        string[] buckets = [.. map.Datastores.Where(entry => entry.Kind == "s3").Select(entry => entry.Location.Split(":::")[^1]).Distinct()];
        if (buckets.Length == 0) yield break;
        yield return Rule("Thaws", "Archived objects of registered buckets that can be read for a while", ["aws.s3"], ["Object Restore Completed"], new()
        {
            ["bucket"] = new Dictionary<string, object> { ["name"] = buckets },
        });
    }

    private static EventRule Calls(string id, string description, string service, params string[] names) =>
        Rule(id, description, [$"aws.{service}"], [Call], new()
        {
            ["eventSource"] = EventRule.OneOf($"{service}.amazonaws.com"),
            ["eventName"] = names,
        });

    private static EventRule Rule(string id, string description, string[] sources, string[] detailTypes, Dictionary<string, object>? detail = null)
    {
        var pattern = new Dictionary<string, object> { ["source"] = sources, ["detail-type"] = detailTypes };
        if (detail is not null) pattern["detail"] = detail;
        return new(id, description, null, pattern);
    }

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
                ["RESTORE_ACCOUNTS"] = string.Join(',', settings.Environment.RestoreAccounts.Prepend(settings.Environment.Account).Distinct()),
                ["EVENT_BUS"] = bus.Name,
            },
        });
        function
            .MayUse(stores.Requests, "ConditionCheckItem", "GetItem", "PutItem", "UpdateItem")
            .MayReadAndWriteEncrypted(stores.StorageKey, "dynamodb")
            .Allow(["states:SendTaskSuccess", "states:StartExecution"], [replayWorkflowArn]);
        bus.MayPublish(function);
        return function;
    }
}
