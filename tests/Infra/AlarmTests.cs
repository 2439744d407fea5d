using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Infra;

[Collection(typeof(SynthesizedAppCollection))]
public sealed class AlarmTests(SynthesizedApp app)
{
    private readonly Template workflow = app.Local.Workflow;

    private IReadOnlyList<Resource> Alarms => workflow.OfType("AWS::CloudWatch::Alarm");

    [Fact]
    public void Every_alarm_reaches_the_operators_and_none_cries_for_want_of_data()
    {
        var topic = workflow.OfType("AWS::SNS::Topic").Single().Id;

        Alarms.Count.ShouldBe(47);
        Alarms.ShouldAllBe(alarm => workflow.Text(alarm["AlarmActions"]) == $"[{topic}]");
        Alarms.ShouldAllBe(alarm => alarm["TreatMissingData"]!.GetValue<string>() == "notBreaching");
        Alarms.ShouldAllBe(alarm => alarm["ComparisonOperator"]!.GetValue<string>() == "GreaterThanOrEqualToThreshold");
    }

    [Fact]
    public void Every_function_has_an_alarm_on_errors_and_throttles()
    {
        foreach (var function in workflow.OfType("AWS::Lambda::Function"))
            MetricsWith($"FunctionName, Value: {function.Id}}}").ShouldBe(["Errors", "Throttles"], function.Id);
    }

    [Fact]
    public void A_function_with_reserved_concurrency_has_none_on_throttles_because_they_are_meant()
    {
        var limited = app.Production.Workflow.OfType("AWS::Lambda::Function").Single(function => function["ReservedConcurrentExecutions"] is not null);

        MetricsWith(app.Production.Workflow, $"FunctionName, Value: {limited.Id}}}").ShouldBe(["Errors"]);
    }

    [Theory]
    [InlineData("BusDeadLetters")]
    [InlineData("IntakeRuleDeadLetters")]
    [InlineData("IntakeQueueDeadLetters")]
    [InlineData("RestoresRuleDeadLetters")]
    [InlineData("RestoresQueueDeadLetters")]
    public void A_dead_letter_raises_an_alarm_even_if_it_is_drained_at_once(string queue) =>
        MetricsWith($"QueueName, Value: {workflow.Find("AWS::SQS::Queue", queue).Id}.QueueName}}")
            .ShouldBe(["ApproximateNumberOfMessagesVisible", "NumberOfMessagesReceived"]);

    [Theory]
    [InlineData("Erasure")]
    [InlineData("Access")]
    [InlineData("Replay")]
    public void Executions_that_do_not_succeed_raise_an_alarm(string machine) =>
        MetricsWith($"StateMachineArn, Value: {workflow.Find("AWS::StepFunctions::StateMachine", machine).Id}.Arn}}")
            .ShouldBe(["ExecutionsAborted", "ExecutionsFailed", "ExecutionsTimedOut"]);

    [Theory]
    [InlineData("IntakeQueue")]
    [InlineData("RestoresQueue")]
    public void An_event_that_waits_for_an_hour_raises_an_alarm(string queue)
    {
        var alarm = Alarms.Single(alarm => alarm["MetricName"]?.GetValue<string>() == "ApproximateAgeOfOldestMessage"
            && workflow.Text(alarm["Dimensions"]).StartsWith($"[{{Name: QueueName, Value: {queue}", StringComparison.Ordinal));

        alarm["Threshold"]!.GetValue<int>().ShouldBe(3600);
    }

    [Theory]
    [InlineData("RequestsOverdue")]
    [InlineData("RequestsNearlyDue")]
    [InlineData("RequestsOvertaking")]
    [InlineData("TasksWaiting")]
    [InlineData("RestoresWaiting")]
    [InlineData("LedgerBehind")]
    [InlineData("RestoresMissed")]
    [InlineData("RestoresReopened")]
    [InlineData("BackupsTooOld")]
    public void What_the_functions_count_raises_an_alarm(string metric)
    {
        var alarm = Alarms.Single(alarm => alarm["MetricName"]?.GetValue<string>() == metric);

        alarm["Namespace"]!.GetValue<string>().ShouldBe("ServerlessGdpr");
        workflow.Text(alarm["Dimensions"]).ShouldBe("[{Name: Service, Value: serverless-gdpr}]");
    }

    [Fact]
    public void Alarms_of_this_account_may_publish() =>
        workflow.Statements(workflow.OfType("AWS::SNS::TopicPolicy").Single()["PolicyDocument"])
            .Single(statement => statement.Principal == "{Service: cloudwatch.amazonaws.com}")
            .Condition.ShouldBe("{StringEquals: {aws:SourceAccount: 000000000000}}");

    private IEnumerable<string> MetricsWith(string dimension) => MetricsWith(workflow, dimension);

    private static IEnumerable<string> MetricsWith(Template template, string dimension) =>
        from alarm in template.OfType("AWS::CloudWatch::Alarm")
        from query in alarm["Metrics"]?.AsArray() ?? []
        where template.Text(query!["MetricStat"]?["Metric"]?["Dimensions"]).Contains(dimension)
        let metric = query["MetricStat"]!["Metric"]!["MetricName"]!.GetValue<string>()
        orderby metric
        select metric;
}
