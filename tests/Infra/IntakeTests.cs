using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Infra;

[Collection(typeof(SynthesizedAppCollection))]
public sealed class IntakeTests(SynthesizedApp app)
{
    private readonly Template workflow = app.Local.Workflow;

    private Resource Requests => workflow.Find("AWS::Events::Rule", "IntakeRequests");

    private Resource Executions => workflow.Find("AWS::Events::Rule", "IntakeFailedExecutions");

    [Fact]
    public void Whatever_anybody_but_the_system_publishes_is_taken_in()
    {
        workflow.Text(Requests["EventPattern"]).ShouldBe("{source: [{anything-but: [serverless-gdpr]}]}");
        workflow.Text(Requests["EventBusName"]).ShouldBe($"{workflow.OfType("AWS::Events::EventBus").Single().Id}.Name");
    }

    [Fact]
    public void Executions_that_fail_are_taken_in_from_the_default_bus()
    {
        workflow.Text(Executions["EventPattern"]).ShouldBe(
            $"{{source: [aws.states], detail-type: [Step Functions Execution Status Change], detail: {{stateMachineArn: [{Machine("Erasure")}.Arn, {Machine("Access")}.Arn], status: [FAILED, TIMED_OUT, ABORTED]}}}}");
        Executions["EventBusName"].ShouldBeNull();
    }

    [Fact]
    public void Whole_events_go_to_the_intake_queue_and_what_cannot_be_delivered_to_its_dead_letters()
    {
        foreach (var rule in new[] { Requests, Executions })
        {
            var target = rule["Targets"]!.AsArray().ShouldHaveSingleItem()!;
            workflow.Text(target["Arn"]).ShouldBe($"{Queue("IntakeQueue").Id}.Arn");
            workflow.Text(target["DeadLetterConfig"]!["Arn"]).ShouldBe($"{Queue("IntakeRuleDeadLetters").Id}.Arn");
            target.AsObject().Select(property => property.Key).ShouldBe(["Arn", "DeadLetterConfig", "Id"]);
        }
    }

    [Fact]
    public void Only_these_rules_and_this_bus_may_put_messages_into_the_queues()
    {
        string[] rules = [$"{Requests.Id}.Arn", $"{Executions.Id}.Arn"];

        Senders("IntakeQueue").ShouldBe([$"{{ArnEquals: {{aws:SourceArn: [{string.Join(", ", rules)}]}}}}"]);
        Senders("IntakeRuleDeadLetters").ShouldBe([$"{{ArnEquals: {{aws:SourceArn: [{string.Join(", ", rules)}]}}}}"]);
        Senders("BusDeadLetters").ShouldBe([$"{{ArnEquals: {{aws:SourceArn: {workflow.OfType("AWS::Events::EventBus").Single().Id}.Arn}}}}"]);
        Senders("IntakeQueueDeadLetters").ShouldBeEmpty();
    }

    [Fact]
    public void The_intake_queue_keeps_events_for_four_days_and_gives_up_after_fifty_attempts()
    {
        var queue = Queue("IntakeQueue");

        queue["MessageRetentionPeriod"]!.GetValue<int>().ShouldBe(4 * 24 * 60 * 60);
        queue["VisibilityTimeout"]!.GetValue<int>().ShouldBe(360);
        workflow.Text(queue["RedrivePolicy"]).ShouldBe($"{{deadLetterTargetArn: {Queue("IntakeQueueDeadLetters").Id}.Arn, maxReceiveCount: 50}}");
    }

    [Theory]
    [InlineData("IntakeRuleDeadLetters")]
    [InlineData("IntakeQueueDeadLetters")]
    [InlineData("BusDeadLetters")]
    [InlineData("RestoresRuleDeadLetters")]
    [InlineData("RestoresQueueDeadLetters")]
    public void Dead_letters_stay_for_fourteen_days_and_are_drained(string id)
    {
        var queue = Queue(id);

        queue["MessageRetentionPeriod"]!.GetValue<int>().ShouldBe(14 * 24 * 60 * 60);
        ReaderOf(queue).ShouldStartWith("IntakeDrainDeadLetters");
    }

    [Fact]
    public void Batches_may_fail_in_part()
    {
        ReaderOf(Queue("IntakeQueue")).ShouldStartWith("IntakeReceiveRequest");
        workflow.OfType("AWS::Lambda::EventSourceMapping").ShouldAllBe(mapping => workflow.Text(mapping["FunctionResponseTypes"]) == "[ReportBatchItemFailures]");
    }

    [Fact]
    public void A_queue_that_goes_with_its_stack_would_take_events_along() =>
        workflow.OfType("AWS::SQS::Queue").ShouldAllBe(queue => queue.DeletionPolicy == "Retain");

    [Fact]
    public void The_bus_keeps_what_it_cannot_encrypt() =>
        workflow.Text(workflow.OfType("AWS::Events::EventBus").Single()["DeadLetterConfig"]).ShouldBe($"{{Arn: {Queue("BusDeadLetters").Id}.Arn}}");

    [Fact]
    public void The_account_may_publish_and_nobody_but_the_systems_functions_in_the_systems_name()
    {
        PolicyStatement(workflow, "Publishers")["Principal"]!["AWS"]!.GetValue<string>().ShouldBe("arn:aws:iam::000000000000:root");

        var denied = PolicyStatement(workflow, "OnlyTheSystemSpeaksForItself");
        denied["Effect"]!.GetValue<string>().ShouldBe("Deny");
        workflow.Text(denied["Condition"]!["ForAnyValue:StringEquals"]).ShouldBe("{events:source: serverless-gdpr}");
        workflow.Texts(denied["Condition"]!["ArnNotEquals"]!["aws:PrincipalArn"]).Count.ShouldBe(16);
    }

    [Fact]
    public void Publishers_are_those_of_the_environment() =>
        PolicyStatement(app.Production.Workflow, "Publishers")["Principal"]!["AWS"]!.GetValue<string>().ShouldBe("arn:aws:iam::111122223333:root");

    private string Machine(string name) => workflow.Find("AWS::StepFunctions::StateMachine", name).Id;

    private static JsonNode PolicyStatement(Template template, string id) =>
        template.OfType("AWS::Events::EventBusPolicy").Single(policy => policy["StatementId"]!.GetValue<string>() == id)["Statement"]!;

    /// <summary>A logical id is the construct's path and eight hexadecimal digits.</summary>
    private Resource Queue(string path) => workflow.OfType("AWS::SQS::Queue").Single(queue => queue.Id[..^8] == path);

    private IEnumerable<string> Senders(string queue) =>
        workflow.OfType("AWS::SQS::QueuePolicy").Where(policy => workflow.Texts(policy["Queues"]).Contains(Queue(queue).Id))
            .SelectMany(policy => workflow.Statements(policy["PolicyDocument"]))
            .Where(statement => statement.Effect == "Allow").Select(statement => statement.Condition);

    private string ReaderOf(Resource queue) => workflow.Text(workflow.OfType("AWS::Lambda::EventSourceMapping")
        .Single(mapping => workflow.Text(mapping["EventSourceArn"]) == $"{queue.Id}.Arn")["FunctionName"]);
}
