using Amazon.CDK;
using Amazon.CDK.AWS.CloudWatch;
using Amazon.CDK.AWS.CloudWatch.Actions;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.KMS;
using Amazon.CDK.AWS.SNS;
using Amazon.CDK.AWS.SQS;
using Constructs;

namespace ServerlessGdpr.Infra.Constructs;

/// <summary>What an operator must hear of, on one topic: nothing that goes wrong ends unseen.</summary>
internal sealed class Alarms : Construct
{
    private static readonly Duration FiveMinutes = Duration.Minutes(5);
    private readonly Topic topic;

    /// <param name="key">Encrypts the topic; null where there is none of the system's own: an alarm tells nothing but its name.</param>
    public Alarms(Construct scope, IKey? key) : base(scope, "Alarms")
    {
        topic = new Topic(this, "Topic", new TopicProps { DisplayName = "Serverless GDPR alarms", MasterKey = key, EnforceSSL = true });
        topic.AddToResourcePolicy(new PolicyStatement(new PolicyStatementProps
        {
            Sid = "AlarmsOfThisAccount",
            Principals = [new ServicePrincipal("cloudwatch.amazonaws.com")],
            Actions = ["sns:Publish"],
            Resources = [topic.TopicArn],
            Conditions = Conditions.Of("StringEquals", "aws:SourceAccount", Stack.Of(this).Account).ToDictionary(),
        }));
    }

    public string TopicArn => topic.TopicArn;

    /// <summary>Messages there, or taken from there: they are drained so quickly that a sample of the queue alone could miss them.</summary>
    public void OnDeadLetters(string id, Queue queue) => Add(id, "Messages in a dead-letter queue", Sum(
        ("visible", queue.MetricApproximateNumberOfMessagesVisible(new MetricOptions { Period = FiveMinutes, Statistic = "Maximum" })),
        ("received", queue.MetricNumberOfMessagesReceived(new MetricOptions { Period = FiveMinutes, Statistic = "Sum" }))));

    public void OnAge(string id, Queue queue, Duration age) => Add(
        id,
        $"Events wait for more than {age.ToHumanString()}",
        queue.MetricApproximateAgeOfOldestMessage(new MetricOptions { Period = FiveMinutes, Statistic = "Maximum" }),
        age.ToSeconds());

    /// <summary>A function with reserved concurrency is meant to be throttled: that alone is no alarm.</summary>
    public void OnFailure(LambdaFunction function)
    {
        var id = $"{function.Node.Path.Split('/')[^2]}-{function.Node.Id}";
        var options = new MetricOptions { Period = FiveMinutes };
        var errors = ("errors", function.Function.MetricErrors(options));
        if (function.HasMaxConcurrency) Add(id, "A function fails", Sum(errors));
        else Add(id, "A function fails or is throttled", Sum(errors, ("throttles", function.Function.MetricThrottles(options))));
    }

    public void OnFailure(Workflow workflow) => Add($"{workflow.Node.Id}Executions", "An execution failed, timed out or was aborted", Sum(
        ("failed", Executions(workflow, "ExecutionsFailed")),
        ("timedOut", Executions(workflow, "ExecutionsTimedOut")),
        ("aborted", Executions(workflow, "ExecutionsAborted"))));

    /// <summary>A number that the functions publish in their logs (embedded metric format), every hour.</summary>
    public void OnOwnMetric(string name, string description) => Add(name, description, new Metric(new MetricProps
    {
        Namespace = "ServerlessGdpr",
        MetricName = name,
        DimensionsMap = new Dictionary<string, string> { ["Service"] = "serverless-gdpr" },
        Period = Duration.Hours(1),
        Statistic = "Maximum",
    }));

    private static Metric Executions(Workflow workflow, string name) => new(new MetricProps
    {
        Namespace = "AWS/States",
        MetricName = name,
        DimensionsMap = new Dictionary<string, string> { ["StateMachineArn"] = workflow.Arn },
        Period = FiveMinutes,
        Statistic = "Sum",
    });

    private static MathExpression Sum(params (string Name, Metric Metric)[] parts) => new(new MathExpressionProps
    {
        Expression = string.Join(" + ", parts.Select(part => $"FILL({part.Name}, 0)")),
        UsingMetrics = parts.ToDictionary(part => part.Name, part => (IMetric)part.Metric),
        Period = FiveMinutes,
    });

    private void Add(string id, string description, IMetric metric, double threshold = 1)
    {
        var alarm = new Alarm(this, id, new AlarmProps
        {
            AlarmDescription = description,
            Metric = metric,
            Threshold = threshold,
            EvaluationPeriods = 1,
            ComparisonOperator = ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            TreatMissingData = TreatMissingData.NOT_BREACHING,
        });
        alarm.AddAlarmAction(new SnsAction(topic));
    }
}
