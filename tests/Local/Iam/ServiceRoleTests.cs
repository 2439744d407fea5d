using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Amazon.SQS;
using Amazon.SQS.Model;
using Microsoft.Extensions.DependencyInjection;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Iam;
using ServerlessGdpr.Local.Lambda;
using ServerlessGdpr.Local.Targets;
using ServerlessGdpr.Tests.Local.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Iam;

/// <summary>What roles may do elsewhere: queues, buses, state machines; and the roles that services work as.</summary>
public sealed class ServiceRoleTests : IAsyncLifetime
{
    private const string Function = "arn:aws:lambda:eu-west-1:000000000000:function:f";
    private const string WorkerRole = "arn:aws:iam::000000000000:role/worker";

    private RoleCloud cloud = null!;
    private RecordingFunctions functions = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        cloud = await RoleCloud.StartAsync(services: services => services
            .AddSingleton<RecordingFunctions>().AddSingleton<IFunctions>(all => all.GetRequiredService<RecordingFunctions>()).AddSingleton<IEventFunctions>(all => all.GetRequiredService<RecordingFunctions>()));
        functions = cloud.Cloud.Get<RecordingFunctions>();
    }

    public ValueTask DisposeAsync() => cloud.DisposeAsync();

    [Fact]
    public async Task A_queue_is_told_by_its_address_and_a_batch_takes_the_permission_of_its_entries()
    {
        await cloud.DeployAsync("queues", ("Mine", Queue("mine")), ("Yours", Queue("yours")));
        cloud.Allow("sqs:SendMessage", "arn:aws:sqs:eu-west-1:000000000000:mine");
        using var worker = cloud.Sqs();

        await worker.SendMessageAsync(Address("mine"), "x", Cancellation);
        await worker.SendMessageBatchAsync(Address("mine"), [new SendMessageBatchRequestEntry("1", "x")], Cancellation);

        (await Should.ThrowAsync<AmazonSQSException>(() => worker.SendMessageAsync(Address("yours"), "x", Cancellation))).Message.ShouldContain("sqs:SendMessage");
        (await Should.ThrowAsync<AmazonSQSException>(() => worker.ReceiveMessageAsync(Address("mine"), Cancellation))).Message.ShouldContain("sqs:ReceiveMessage");
    }

    [Fact]
    public async Task A_role_publishes_on_the_bus_and_in_the_name_that_it_may()
    {
        await cloud.DeployAsync("buses", ("Bus", """{"Type":"AWS::Events::EventBus","Properties":{"Name":"own"}}"""));
        cloud.Allow("events:PutEvents", "arn:aws:events:eu-west-1:000000000000:event-bus/own", """{"ForAllValues:StringEquals":{"events:source":"system"}}""");

        (await PublishAsync("own", "system"))["FailedEntryCount"]!.GetValue<int>().ShouldBe(0);

        (await PublishAsync("default", "system"))["__type"]!.GetValue<string>().ShouldBe("AccessDeniedException");
        (await PublishAsync("own", "system", "shop"))["__type"]!.GetValue<string>().ShouldBe("AccessDeniedException");
    }

    [Fact]
    public async Task A_state_machine_invokes_only_what_its_role_may()
    {
        cloud.Allow("lambda:InvokeFunction", Function);
        await cloud.DeployAsync("machines", ("Allowed", Machine("allowed", Function)), ("Denied", Machine("denied", Function + "2")));

        (await RunAsync("allowed"))["status"]!.GetValue<string>().ShouldBe("SUCCEEDED");

        var denied = await RunAsync("denied");
        denied["error"]!.GetValue<string>().ShouldBe("Lambda.AWSLambdaException");
        denied["cause"]!.GetValue<string>().ShouldContain("lambda:InvokeFunction");
        functions.Calls.Select(call => call.Arn).ShouldBe([Function]);
    }

    [Fact]
    public async Task A_task_is_answered_by_who_may_answer_for_its_state_machine()
    {
        var tokens = new List<string>();
        functions.Answer = call =>
        {
            tokens.Add(JsonNode.Parse(call.Payload)!["token"]!.GetValue<string>());
            return new FunctionAnswer("{}", null);
        };
        await cloud.DeployAsync("machines", ("Asking", Machine("asking", Function, waits: true)));
        cloud.Allow("lambda:InvokeFunction", "*");
        await StartAsync("asking");
        await cloud.Cloud.VirtualTime.AdvanceAsync(TimeSpan.Zero, Cancellation);
        var answer = new JsonObject { ["taskToken"] = tokens.Single(), ["output"] = "{}" };

        (await CallAsync("states", "AWSStepFunctions.SendTaskSuccess", answer))["__type"]!.GetValue<string>().ShouldBe("AccessDeniedException");
        cloud.Allow("states:SendTaskSuccess", Arns.Of("states", "stateMachine:asking"));
        (await CallAsync("states", "AWSStepFunctions.SendTaskSuccess", answer)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_schedule_calls_its_target_only_if_its_role_may()
    {
        await cloud.DeployAsync("schedules", ("Hourly", $$$$"""
            {"Type":"AWS::Scheduler::Schedule","Properties":{"ScheduleExpression":"rate(1 hour)","FlexibleTimeWindow":{"Mode":"OFF"},
            "Target":{"Arn":"{{{{Function}}}}","RoleArn":"{{{{WorkerRole}}}}","Input":"{}"}}}
            """));
        await cloud.Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromMinutes(1), Cancellation);
        functions.Calls.ShouldBeEmpty();
        cloud.Cloud.Get<Deliveries>().Lost.ShouldHaveSingleItem().Failure.Code.ShouldBe("NO_PERMISSIONS");

        cloud.Allow("lambda:InvokeFunction", Function);
        await cloud.Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromHours(1), Cancellation);

        functions.Calls.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("sqs:ReceiveMessage sqs:DeleteMessage kms:Decrypt", "GetQueueAttributes")]
    [InlineData("sqs:GetQueueAttributes sqs:DeleteMessage kms:Decrypt", "ReceiveMessage")]
    [InlineData("sqs:ReceiveMessage sqs:GetQueueAttributes kms:Decrypt", "DeleteMessage")]
    [InlineData("sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes", "KMS Decrypt")]
    public async Task A_function_gets_no_messages_that_its_role_could_not_take(string allowed, string missing)
    {
        await cloud.DeployAsync(
            "queues",
            ("Key", """{"Type":"AWS::KMS::Key","Properties":{"KeyPolicy":{"Statement":[]}}}"""),
            ("Queue", """{"Type":"AWS::SQS::Queue","Properties":{"QueueName":"mine","KmsMasterKeyId":{"Fn::GetAtt":["Key","Arn"]}}}"""));
        cloud.Cloud.Get<FunctionCatalog>().Add(new FunctionDefinition { Name = "f", Handler = "F", CodeDirectory = Path.GetTempPath(), Role = WorkerRole });
        const string Mapping = """{"Type":"AWS::Lambda::EventSourceMapping","Properties":{"FunctionName":"f","EventSourceArn":"arn:aws:sqs:eu-west-1:000000000000:mine"}}""";
        cloud.Allow(allowed, "*");

        var refused = await Should.ThrowAsync<AwsError>(() => cloud.DeployAsync("refused", ("Mapping", Mapping)));

        refused.Message.ShouldContain("execution role does not have permissions");
        refused.Message.ShouldContain(missing);
        cloud.Allow($"{allowed} sqs:* kms:*", "*");
        await cloud.DeployAsync("accepted", ("Mapping", Mapping));
    }

    [Theory]
    [InlineData(30, true)]
    [InlineData(29, false)]
    public async Task A_queue_whose_messages_come_back_while_the_function_is_at_work_is_no_source(int visibility, bool accepted)
    {
        await cloud.DeployAsync("queues", ("Queue", $$$"""{"Type":"AWS::SQS::Queue","Properties":{"QueueName":"mine","VisibilityTimeout":{{{visibility}}}}}"""));
        cloud.Cloud.Get<FunctionCatalog>().Add(new FunctionDefinition { Name = "f", Handler = "F", CodeDirectory = Path.GetTempPath(), Role = WorkerRole, Timeout = TimeSpan.FromSeconds(30) });
        cloud.Allow("sqs:*", "*");

        var deploy = () => cloud.DeployAsync("mapping", ("Mapping", """{"Type":"AWS::Lambda::EventSourceMapping","Properties":{"FunctionName":"f","EventSourceArn":"arn:aws:sqs:eu-west-1:000000000000:mine"}}"""));

        if (accepted) await deploy();
        else (await Should.ThrowAsync<AwsError>(deploy)).Message.ShouldContain("Queue visibility timeout: 29 seconds is less than Function timeout: 30 seconds");
    }

    [Fact]
    public async Task An_operation_whose_permission_is_not_known_is_let_through_for_no_role()
    {
        cloud.Allow("*", "*");

        (await CallAsync("events", "AWSEvents.PutRule", new JsonObject { ["Name"] = "r" }))["message"]!.GetValue<string>().ShouldContain("permission of events:PutRule");
    }

    [Fact]
    public async Task A_policy_that_could_not_be_evaluated_is_refused_when_it_is_deployed()
    {
        var refused = await Should.ThrowAsync<AwsError>(() => cloud.DeployAsync("policies", ("Late", """
            {"Type":"AWS::IAM::Policy","Properties":{"PolicyName":"late","Roles":["worker"],"PolicyDocument":{"Statement":[
            {"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}]}}}
            """)));

        refused.Message.ShouldContain("IpAddress");
        refused.Message.ShouldContain("Late");
    }

    private static string Queue(string name) => $$$"""{"Type":"AWS::SQS::Queue","Properties":{"QueueName":"{{{name}}}"}}""";

    private static string Machine(string name, string function, bool waits = false)
    {
        var state = new JsonObject
        {
            ["Type"] = "Task",
            ["Resource"] = "arn:aws:states:::lambda:invoke" + (waits ? ".waitForTaskToken" : ""),
            ["Parameters"] = new JsonObject
            {
                ["FunctionName"] = function,
                ["Payload"] = waits ? new JsonObject { ["token.$"] = "$$.Task.Token" } : [],
            },
            ["End"] = true,
        };
        return new JsonObject
        {
            ["Type"] = "AWS::StepFunctions::StateMachine",
            ["Properties"] = new JsonObject
            {
                ["StateMachineName"] = name,
                ["RoleArn"] = WorkerRole,
                ["DefinitionString"] = new JsonObject { ["StartAt"] = "Invoke", ["States"] = new JsonObject { ["Invoke"] = state } }.ToJsonString(),
            },
        }.ToJsonString();
    }

    private string Address(string queue) => $"{cloud.Cloud.Endpoint}{CloudOptions.Account}/{queue}";

    private Task<JsonObject> PublishAsync(string bus, params string[] sources) => CallAsync("events", "AWSEvents.PutEvents", new JsonObject
    {
        ["Entries"] = new JsonArray([.. sources.Select(source => new JsonObject
        {
            ["EventBusName"] = bus, ["Source"] = source, ["DetailType"] = "Happened", ["Detail"] = "{}",
        })]),
    });

    private async Task<string> StartAsync(string machine)
    {
        using var operators = new AwsJson(cloud.Cloud, "states", "AWSStepFunctions");
        var started = await operators.CallAsync("StartExecution", new JsonObject { ["stateMachineArn"] = Arns.Of("states", $"stateMachine:{machine}") }, Cancellation);
        return started["executionArn"]!.GetValue<string>();
    }

    private async Task<JsonObject> RunAsync(string machine)
    {
        var execution = await StartAsync(machine);
        await cloud.Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromMinutes(1), Cancellation);
        using var operators = new AwsJson(cloud.Cloud, "states", "AWSStepFunctions");
        return await operators.CallAsync("DescribeExecution", new JsonObject { ["executionArn"] = execution }, Cancellation);
    }

    /// <summary>As the role.</summary>
    private async Task<JsonObject> CallAsync(string service, string target, JsonObject request)
    {
        using var http = new HttpClient { BaseAddress = cloud.Cloud.Endpoint };
        using var message = new HttpRequestMessage(HttpMethod.Post, "/");
        message.Headers.TryAddWithoutValidation(
            "Authorization", $"AWS4-HMAC-SHA256 Credential={AccessKeys.Of(WorkerRole)}/20260101/{CloudOptions.Region}/{service}/aws4_request, SignedHeaders=host, Signature=0");
        message.Headers.Add("X-Amz-Target", target);
        message.Content = new StringContent(request.ToJsonString(), MediaTypeHeaderValue.Parse("application/x-amz-json-1.1"));
        using var answer = await http.SendAsync(message, Cancellation);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!.AsObject();
    }
}
