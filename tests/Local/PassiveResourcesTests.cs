using System.Text.Json.Nodes;
using ServerlessGdpr.Local.CloudFormation;
using ServerlessGdpr.Local.CloudWatch;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Iam;
using ServerlessGdpr.Local.Logs;
using ServerlessGdpr.Local.Sns;
using ServerlessGdpr.Tests.Local.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local;

public sealed class PassiveResourcesTests : IAsyncLifetime
{
    private Cloud cloud = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => cloud = await Clouds.StartAsync(Cancellation);

    public ValueTask DisposeAsync() => cloud.DisposeAsync();

    [Fact]
    public async Task A_role_shows_everything_that_is_attached_to_it()
    {
        var stack = await DeployAsync("""
            {"Resources":{
              "Role":{"Type":"AWS::IAM::Role","Properties":{"AssumeRolePolicyDocument":{"Statement":[]},"ManagedPolicyArns":["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],"Policies":[{"PolicyName":"own","PolicyDocument":{"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}}]}},
              "Policy":{"Type":"AWS::IAM::Policy","Properties":{"PolicyName":"added","PolicyDocument":{"Statement":[{"Effect":"Allow","Action":"kms:Decrypt","Resource":"*"}]},"Roles":[{"Ref":"Role"}]}},
              "Managed":{"Type":"AWS::IAM::ManagedPolicy","Properties":{"PolicyDocument":{"Statement":[]},"Roles":[{"Ref":"Role"}]}}
            }}
            """);

        var role = cloud.Get<IamStore>().Role(stack.Resource("Role").Arn);

        role.InlinePolicies.Select(policy => policy.Name).ShouldBe(["added", "own"]);
        role.AttachedPolicies.ShouldBe(["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole", stack.Resource("Managed").Ref]);
        stack.Resource("Role").Arn.ShouldBe($"arn:aws:iam::000000000000:role/{stack.Resource("Role").Ref}");
    }

    [Fact]
    public async Task An_alarm_is_recorded_with_its_properties()
    {
        await DeployAsync("""{"Resources":{"Alarm":{"Type":"AWS::CloudWatch::Alarm","Properties":{"AlarmName":"old","ComparisonOperator":"GreaterThanThreshold","EvaluationPeriods":1,"Threshold":3600}}}}""");

        cloud.Get<AlarmProvider>().Alarms.ShouldHaveSingleItem().Properties["Threshold"]!.GetValue<int>().ShouldBe(3600);
        await Should.ThrowAsync<AwsError>(() => cloud.Get<Deployer>().DeployTemplateAsync(
            "second", """{"Resources":{"Alarm":{"Type":"AWS::CloudWatch::Alarm","Properties":{"Nonsense":1}}}}""", null, Cancellation));
    }

    [Fact]
    public async Task A_published_message_is_recorded_and_reaches_subscribed_queues()
    {
        var stack = await DeployAsync("""
            {"Resources":{
              "Topic":{"Type":"AWS::SNS::Topic","Properties":{"TopicName":"operators"}},
              "Queue":{"Type":"AWS::SQS::Queue","Properties":{}},
              "Whole":{"Type":"AWS::SNS::Subscription","Properties":{"TopicArn":{"Ref":"Topic"},"Protocol":"sqs","Endpoint":{"Fn::GetAtt":["Queue","Arn"]}}},
              "Raw":{"Type":"AWS::SNS::Subscription","Properties":{"TopicArn":{"Ref":"Topic"},"Protocol":"sqs","Endpoint":{"Fn::GetAtt":["Queue","Arn"]},"RawMessageDelivery":true}},
              "Mail":{"Type":"AWS::SNS::Subscription","Properties":{"TopicArn":{"Ref":"Topic"},"Protocol":"email","Endpoint":"ops@example.org"}},
              "TopicPolicy":{"Type":"AWS::SNS::TopicPolicy","Properties":{"PolicyDocument":{},"Topics":[{"Ref":"Topic"}]}}
            }}
            """);

        var answer = await PublishAsync(stack.Resource("Topic").Ref, "a task waits");
        await cloud.VirtualTime.AdvanceAsync(TimeSpan.Zero, Cancellation);

        answer.ShouldContain("<MessageId>");
        cloud.Get<Topics>().Get(stack.Resource("Topic").Ref).Published.ShouldHaveSingleItem().Message.ShouldBe("a task waits");
        var bodies = (await cloud.Get<IQueues>().ReceiveAsync(stack.Resource("Queue").Arn, 10, TimeSpan.Zero, Cancellation)).Select(message => message.Body).ToList();
        bodies.Count.ShouldBe(2);
        bodies.ShouldContain("a task waits");
        bodies.ShouldContain(body => body.Contains("\"Type\":\"Notification\"") && body.Contains("\"Message\":\"a task waits\""));
    }

    [Fact]
    public async Task Publishing_to_a_topic_that_does_not_exist_is_an_error() =>
        (await PublishAsync("arn:aws:sns:eu-west-1:000000000000:nowhere", "x")).ShouldContain("<Code>NotFound</Code>");

    [Fact]
    public async Task Log_lines_can_be_read_and_filtered_until_their_retention_ends()
    {
        await DeployAsync("""{"Resources":{"Group":{"Type":"AWS::Logs::LogGroup","Properties":{"LogGroupName":"/aws/lambda/f","RetentionInDays":7}}}}""");
        var store = cloud.Get<LogStore>();
        store.Append("/aws/lambda/f", "one", "started request");
        await cloud.VirtualTime.AdvanceAsync(TimeSpan.FromDays(1), Cancellation);
        store.Append("/aws/lambda/f", "one", "failed request");
        store.Append("/aws/lambda/f", "two", "ended request");
        using var logs = new AwsJson(cloud, "logs", "Logs_20140328");

        (await MessagesAsync(logs, "FilterLogEvents", """{"logGroupName":"/aws/lambda/f","filterPattern":"request -failed"}""")).ShouldBe(["started request", "ended request"]);
        (await MessagesAsync(logs, "FilterLogEvents", """{"logGroupName":"/aws/lambda/f","filterPattern":"?failed ?ended"}""")).ShouldBe(["failed request", "ended request"]);
        (await MessagesAsync(logs, "GetLogEvents", """{"logGroupName":"/aws/lambda/f","logStreamName":"one"}""")).ShouldBe(["started request", "failed request"]);
        (await MessagesAsync(logs, "GetLogEvents", """{"logGroupName":"/aws/lambda/f","logStreamName":"one","limit":1}""")).ShouldBe(["failed request"]);

        await cloud.VirtualTime.AdvanceAsync(TimeSpan.FromDays(6), Cancellation);
        store.Read("/aws/lambda/f").Select(line => line.Text).ShouldBe(["failed request", "ended request"]);
        store.Read("/aws/lambda/f", "two").Count.ShouldBe(1);
    }

    [Fact]
    public async Task Filtered_log_lines_come_in_pages()
    {
        var store = cloud.Get<LogStore>();
        for (var line = 0; line < 5; line++) store.Append("group", "stream", $"line {line}");
        using var logs = new AwsJson(cloud, "logs", "Logs_20140328");

        List<string> seen = [];
        string? token = null;
        do
        {
            var request = new JsonObject { ["logGroupName"] = "group", ["limit"] = 2 };
            if (token is not null) request["nextToken"] = token;
            var page = await logs.CallAsync("FilterLogEvents", request, Cancellation);
            seen.AddRange(page["events"]!.AsArray().Select(line => line!["message"]!.GetValue<string>()));
            token = page["nextToken"]?.GetValue<string>();
        }
        while (token is not null);

        seen.ShouldBe(["line 0", "line 1", "line 2", "line 3", "line 4"]);
    }

    [Fact]
    public async Task A_filter_pattern_of_fields_is_refused()
    {
        cloud.Get<LogStore>().Append("group", "stream", "{}");
        using var logs = new AwsJson(cloud, "logs", "Logs_20140328");

        var answer = await logs.CallAsync("FilterLogEvents", new JsonObject { ["logGroupName"] = "group", ["filterPattern"] = "{ $.level = \"Error\" }" }, Cancellation);

        answer["__type"]!.GetValue<string>().ShouldBe("InvalidParameterException");
    }

    private static async Task<IEnumerable<string>> MessagesAsync(AwsJson logs, string operation, string request)
    {
        var answer = await logs.CallAsync(operation, JsonNode.Parse(request)!.AsObject(), Cancellation);
        return answer["events"]!.AsArray().Select(line => line!["message"]!.GetValue<string>());
    }

    private Task<DeployedStack> DeployAsync(string template) => cloud.Get<Deployer>().DeployTemplateAsync("stack", template, null, Cancellation);

    private async Task<string> PublishAsync(string topicArn, string message)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", AwsJson.Authorization("sns"));
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["Action"] = "Publish", ["Version"] = "2010-03-31", ["TopicArn"] = topicArn, ["Message"] = message });
        using var answer = await http.PostAsync(cloud.Endpoint, form, Cancellation);
        return await answer.Content.ReadAsStringAsync(Cancellation);
    }
}
