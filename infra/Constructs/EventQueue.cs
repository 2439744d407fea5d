using Amazon.CDK.AWS.Events;
using Amazon.CDK.AWS.KMS;
using Amazon.CDK.AWS.Lambda.EventSources;
using Amazon.CDK.AWS.SQS;
using Constructs;

namespace ServerlessGdpr.Infra.Constructs;

/// <summary>Events that rules bring into an encrypted queue, and the dead letters of both: whatever matches ends with a function, or as a dead letter that is drained.</summary>
internal sealed class EventQueue
{
    public EventQueue(Construct scope, IKey key, params IReadOnlyList<EventRule> rules)
    {
        RuleDeadLetters = EncryptedQueue.ForDeadLetters(scope, "RuleDeadLetters", key);
        QueueDeadLetters = EncryptedQueue.ForDeadLetters(scope, "QueueDeadLetters", key);
        Queue = EncryptedQueue.ForIntake(scope, "Queue", key, QueueDeadLetters);

        string[] arns = [.. rules.Select(rule => Add(scope, rule).AttrArn)];
        Queue.AcceptFrom("events.amazonaws.com", arns);
        RuleDeadLetters.AcceptFrom("events.amazonaws.com", arns);
    }

    public Queue Queue { get; }

    public Queue RuleDeadLetters { get; }

    public Queue QueueDeadLetters { get; }

    public IReadOnlyList<Queue> DeadLetters => [RuleDeadLetters, QueueDeadLetters];

    public static void Read(Queue queue, LambdaFunction function) =>
        function.Function.AddEventSource(new SqsEventSource(queue, new SqsEventSourceProps { BatchSize = 10, ReportBatchItemFailures = true }));

    private CfnRule Add(Construct scope, EventRule rule) => new(scope, rule.Id, new CfnRuleProps
    {
        Description = rule.Description,
        EventBusName = rule.Bus,
        EventPattern = rule.Pattern,
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
}

/// <param name="Bus">Null for the default bus.</param>
internal sealed record EventRule(string Id, string Description, string? Bus, Dictionary<string, object> Pattern)
{
    public static string[] OneOf(params string[] values) => values;

    /// <summary>Executions of workflows that ended without success, from the default bus.</summary>
    public static EventRule FailedExecutions(string description, params string[] workflowArns) => new("FailedExecutions", description, null, new()
    {
        ["source"] = OneOf("aws.states"),
        ["detail-type"] = OneOf("Step Functions Execution Status Change"),
        ["detail"] = new Dictionary<string, object>
        {
            ["stateMachineArn"] = workflowArns,
            ["status"] = OneOf("FAILED", "TIMED_OUT", "ABORTED"),
        },
    });
}
