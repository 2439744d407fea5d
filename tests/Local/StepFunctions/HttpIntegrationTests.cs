using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.StepFunctions;
using ServerlessGdpr.Local.StepFunctions.Integrations;
using ServerlessGdpr.Local.StepFunctions.Paths;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.StepFunctions;

public sealed class HttpIntegrationTests
{
    private static readonly string[] Metadata = ["SdkHttpMetadata", "SdkResponseMetadata"];

    [Fact]
    public async Task An_item_is_read_from_DynamoDB()
    {
        await using var service = await FakeService.StartAsync(200, """{"Item":{"pk":{"S":"a"}}}""");

        var answer = (JObject)await service.CallAsync("dynamodb", "getItem", """{"TableName":"t","Key":{"pk":{"S":"a"}}}""");

        service.Target.ShouldBe("DynamoDB_20120810.GetItem");
        service.Authorization.ShouldContain("/eu-west-1/dynamodb/aws4_request");
        service.ContentType.ShouldBe("application/x-amz-json-1.0");
        service.Body.ShouldBe("""{"TableName":"t","Key":{"pk":{"S":"a"}}}""");
        answer.Properties().Select(member => member.Name).ShouldBe(["Item", .. Metadata]);
    }

    [Fact]
    public async Task Events_say_where_they_come_from_and_their_detail_may_be_an_object()
    {
        await using var service = await FakeService.StartAsync(200, """{"FailedEntryCount":0,"Entries":[{"EventId":"1"}]}""");

        var answer = await service.CallAsync("events", "putEvents", """{"Entries":[{"Source":"s","DetailType":"d","Detail":{"a":1},"Resources":["r"]}]}""");

        service.Target.ShouldBe("AWSEvents.PutEvents");
        service.ContentType.ShouldBe("application/x-amz-json-1.1");
        service.Body.ShouldBe("""{"Entries":[{"Source":"s","DetailType":"d","Detail":"{\"a\":1}","Resources":["r","machine","execution"]}]}""");
        Json.Text(answer).ShouldBe("""{"FailedEntryCount":0,"Entries":[{"EventId":"1"}]}""");
    }

    [Fact]
    public async Task An_event_that_was_not_put_fails_the_task()
    {
        await using var service = await FakeService.StartAsync(200, """{"FailedEntryCount":1,"Entries":[{"ErrorCode":"E"}]}""");

        var failure = await Should.ThrowAsync<StateFailure>(() => service.CallAsync("events", "putEvents", """{"Entries":[]}"""));

        failure.Error.ShouldBe("EventBridge.FailedEntry");
        failure.Cause.ShouldBe("""{"FailedEntryCount":1,"Entries":[{"ErrorCode":"E"}]}""");
    }

    [Fact]
    public async Task A_message_may_be_an_object()
    {
        await using var service = await FakeService.StartAsync(200, """{"MessageId":"1"}""");

        await service.CallAsync("sqs", "sendMessage", """{"QueueUrl":"q","MessageBody":{"a":1.0}}""");

        service.Target.ShouldBe("AmazonSQS.SendMessage");
        service.Body.ShouldBe("""{"QueueUrl":"q","MessageBody":"{\"a\":1.0}"}""");
    }

    [Theory]
    [InlineData("dynamodb", "putItem", "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", "DynamoDB.ConditionalCheckFailedException")]
    [InlineData("dynamodb", "putItem", "com.amazon.coral.validate#ValidationException", "DynamoDB.AmazonDynamoDBException")]
    [InlineData("sqs", "sendMessage", "com.amazonaws.sqs#QueueDoesNotExist", "SQS.QueueDoesNotExistException")]
    [InlineData("states", "startExecution", "StateMachineDoesNotExist", "StepFunctions.StateMachineDoesNotExistException")]
    public async Task A_refusal_names_the_service_and_its_exception(string service, string action, string type, string error)
    {
        await using var fake = await FakeService.StartAsync(400, $$"""{"__type":"{{type}}","message":"no"}""");

        var failure = await Should.ThrowAsync<StateFailure>(() => fake.CallAsync(service, action, "{}"));

        failure.Error.ShouldBe(error);
        failure.Cause.ShouldStartWith("no (Service: ");
    }

    [Fact]
    public async Task A_service_that_cannot_be_reached_is_the_clients_failure()
    {
        var service = await FakeService.StartAsync(200, "{}");
        await service.DisposeAsync();

        (await Should.ThrowAsync<StateFailure>(() => service.CallAsync("sqs", "sendMessage", "{}"))).Error.ShouldBe("SQS.SdkClientException");
    }

    private sealed class FakeService(WebApplication app) : IAsyncDisposable
    {
        private readonly Uri endpoint = new(app.Urls.First());

        public string Target { get; private set; } = "";

        public string Authorization { get; private set; } = "";

        public string ContentType { get; private set; } = "";

        public string Body { get; private set; } = "";

        public static async Task<FakeService> StartAsync(int status, string answer)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            var app = builder.Build();
            app.Urls.Add("http://127.0.0.1:0");
            FakeService? service = null;
            app.Run(context => service!.AnswerAsync(context, status, answer));
            await app.StartAsync(TestContext.Current.CancellationToken);
            return service = new FakeService(app);
        }

        public async Task<JToken> CallAsync(string service, string action, string parameters)
        {
            using var http = new AwsHttpClient(() => endpoint, TimeProvider.System);
            var operation = HttpOperations.All.Single(row => row.Service.Name == service && row.Action == action);
            var integration = new HttpIntegration(operation, new AwsJsonClient(http), new SdkMetadata(TimeProvider.System, new Chance(new Random(1))));
            return await integration.CallAsync(new TaskCall(Json.Parse(parameters), "execution", "machine", "role"), TestContext.Current.CancellationToken);
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();

        private async Task AnswerAsync(HttpContext context, int status, string answer)
        {
            (Target, Authorization, ContentType) = (context.Request.Headers["X-Amz-Target"].ToString(), context.Request.Headers.Authorization.ToString(), context.Request.ContentType!.Split(';')[0]);
            using var reader = new StreamReader(context.Request.Body);
            Body = await reader.ReadToEndAsync();
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(answer);
        }
    }
}
