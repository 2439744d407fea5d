using System.Net;
using System.Text.Json;
using Amazon.Runtime;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Runtime.Aws;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Runtime;

public sealed class AwsClientTests : IDisposable
{
    private const string Machine = "arn:aws:states:eu-west-1:000000000000:stateMachine:erasure";
    private readonly ScriptedAws aws = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Workflows Workflows => new(aws.Client("AWSStepFunctions"));

    private EventPublisher Events => new(aws.Client("AWSEvents"));

    [Fact]
    public async Task An_execution_is_started_with_AWS_s_field_names()
    {
        aws.Answers.Enqueue((200, """{"executionArn":"arn:x","startDate":1.7e9}"""));

        (await Workflows.StartAsync(Machine, "r-1", "{\"requestId\":\"r-1\"}", Cancellation)).ShouldBeTrue();

        aws.Targets.ShouldBe(["AWSStepFunctions.StartExecution"]);
        aws.Bodies[0].ShouldBe(JsonSerializer.Serialize(new { stateMachineArn = Machine, name = "r-1", input = "{\"requestId\":\"r-1\"}" }));
    }

    [Fact]
    public async Task An_execution_that_exists_already_is_success_and_not_new()
    {
        aws.Answers.Enqueue((400, """{"__type":"com.amazonaws.states#ExecutionAlreadyExists","message":"Execution Already Exists"}"""));

        (await Workflows.StartAsync(Machine, "r-1", "{}", Cancellation)).ShouldBeFalse();
    }

    [Fact]
    public async Task An_execution_is_asked_for_by_its_ARN_and_one_that_does_not_exist_has_no_status()
    {
        aws.Answers.Enqueue((200, """{"executionArn":"arn:x","name":"r-1","status":"TIMED_OUT","input":"{}","startDate":1.7e9}"""));
        aws.Answers.Enqueue((400, """{"__type":"com.amazonaws.states#ExecutionDoesNotExist","message":"Execution Does Not Exist"}"""));

        (await Workflows.StatusAsync(Machine, "r-1", Cancellation)).ShouldBe("TIMED_OUT");
        (await Workflows.StatusAsync(Machine, "r-2", Cancellation)).ShouldBeNull();

        aws.Targets.ShouldBe(["AWSStepFunctions.DescribeExecution", "AWSStepFunctions.DescribeExecution"]);
        aws.Bodies[0].ShouldBe("""{"executionArn":"arn:aws:states:eu-west-1:000000000000:execution:erasure:r-1"}""");
    }

    [Theory]
    [InlineData("TaskDoesNotExist")]
    [InlineData("TaskTimedOut")]
    [InlineData("InvalidToken")]
    public async Task A_token_that_nothing_waits_on_is_told_and_not_thrown(string code)
    {
        aws.Answers.Enqueue((400, $$"""{"__type":"{{code}}"}"""));
        aws.Answers.Enqueue((200, "{}"));

        (await Workflows.SendTaskSuccessAsync("token", "{}", Cancellation)).ShouldBeFalse();
        (await Workflows.SendTaskSuccessAsync("token", "{}", Cancellation)).ShouldBeTrue();
    }

    [Fact]
    public async Task Another_refusal_is_thrown_with_its_code_and_without_its_message()
    {
        aws.Answers.Enqueue((400, """{"__type":"StateMachineDoesNotExist","message":"no ada@example.org"}"""));

        var refusal = await Should.ThrowAsync<AmazonServiceException>(() => Workflows.StartAsync(Machine, "r-1", "{}", Cancellation));

        refusal.ErrorCode.ShouldBe("StateMachineDoesNotExist");
        refusal.ToString().ShouldNotContain("ada@example.org");
        ErrorClassifier.Classify(refusal, deadlinePassed: false).ShouldBeOfType<AwsResourceNotFound>();
    }

    [Theory]
    [InlineData(500, "<html>not JSON</html>")]
    [InlineData(503, """{"__type":17}""")]
    [InlineData(429, "[]")]
    [InlineData(400, """{"__type":"ThrottlingException"}""")]
    public async Task Throttling_and_outages_are_tried_again_whatever_their_body(int status, string body)
    {
        aws.Answers.Enqueue((status, body));
        aws.Answers.Enqueue((0, "the connection broke"));
        aws.Answers.Enqueue((200, """{"FailedEntryCount":0,"Entries":[{"EventId":"e"}]}"""));

        await Events.PublishAsync("bus", "serverless-gdpr", "RequestStatusChanged", "{}", Cancellation);

        aws.Targets.Count.ShouldBe(3);
        aws.Bodies.Distinct().ShouldHaveSingleItem();
        aws.Authorizations.ShouldAllBe(authorization => authorization.StartsWith("AWS4-HMAC-SHA256 Credential=key/"));
    }

    [Fact]
    public async Task After_five_attempts_the_last_error_stands()
    {
        for (var attempt = 0; attempt < 9; attempt++) aws.Answers.Enqueue((503, "{}"));

        var refusal = await Should.ThrowAsync<AmazonServiceException>(() => Workflows.StartAsync(Machine, "r-1", "{}", Cancellation));

        aws.Targets.Count.ShouldBe(RetryHandler.Attempts);
        ErrorClassifier.Classify(refusal, deadlinePassed: false).ShouldBeOfType<AwsUnavailable>();
    }

    [Fact]
    public async Task A_refusal_is_not_tried_again()
    {
        aws.Answers.Enqueue((400, """{"__type":"ValidationException"}"""));

        await Should.ThrowAsync<AmazonServiceException>(() => Workflows.StartAsync(Machine, "r-1", "{}", Cancellation));

        aws.Targets.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Waits_double_up_to_a_ceiling_and_are_drawn_anew_each_time()
    {
        for (var attempt = 0; attempt < RetryHandler.Attempts; attempt++) aws.Answers.Enqueue((503, "{}"));

        await Should.ThrowAsync<AmazonServiceException>(() => Workflows.StartAsync(Machine, "r-1", "{}", Cancellation));

        aws.Time.Waits.ShouldBe([TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(400)]);
    }

    [Fact]
    public async Task An_event_is_put_with_EventBridge_s_field_names()
    {
        aws.Answers.Enqueue((200, """{"FailedEntryCount":0,"Entries":[{"EventId":"e"}]}"""));

        await Events.PublishAsync("bus", "serverless-gdpr", "RequestStatusChanged", """{"a":1}""", Cancellation);

        var entry = JsonDocument.Parse(aws.Bodies[0]).RootElement.GetProperty("Entries")[0];
        entry.GetProperty("EventBusName").GetString().ShouldBe("bus");
        entry.GetProperty("Source").GetString().ShouldBe("serverless-gdpr");
        entry.GetProperty("DetailType").GetString().ShouldBe("RequestStatusChanged");
        entry.GetProperty("Detail").GetString().ShouldBe("""{"a":1}""");
    }

    [Fact]
    public async Task An_event_that_EventBridge_did_not_take_is_a_transient_failure_even_though_it_answered_200()
    {
        aws.Answers.Enqueue((200, """{"FailedEntryCount":1,"Entries":[{"ErrorCode":"InternalFailure","ErrorMessage":"ada@example.org"}]}"""));

        var failure = await Should.ThrowAsync<EventNotAccepted>(() => Events.PublishAsync("bus", "s", "t", "{}", Cancellation));

        failure.ShouldBeAssignableTo<TransientFailure>();
        failure.Message.ShouldBe("EventBridge did not take an event: InternalFailure.");
    }

    public void Dispose() => aws.Dispose();
}
