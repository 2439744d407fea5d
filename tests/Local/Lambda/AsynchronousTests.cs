using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.CloudFormation;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Lambda;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Lambda;

/// <summary>Rules, schedules and topics hand an event to Lambda's own queue: what becomes of it then is the function's affair, not theirs.</summary>
public sealed class AsynchronousTests
{
    private const string Template =
        """
        {"Resources":{
          "Failed":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":"failed"}},
          "Dead":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":"dead"}},
          "Rule":{"Type":"AWS::Events::Rule","Properties":{"EventPattern":{"source":["aws.test"]},"Targets":[
            {"Id":"f","Arn":"FUNCTION","RetryPolicy":{"MaximumRetryAttempts":0},"DeadLetterConfig":{"Arn":{"Fn::GetAtt":["Dead","Arn"]}}}]}}
          MORE }}
        """;

    private const string Settings =
        """
        ,"Settings":{"Type":"AWS::Lambda::EventInvokeConfig","Properties":{"FunctionName":"greeter","Qualifier":"$LATEST","MaximumRetryAttempts":0,
          "DestinationConfig":{"OnFailure":{"Destination":{"Fn::GetAtt":["Failed","Arn"]}}}}}
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_of_a_rule_is_tried_as_often_as_its_function_says_and_then_told_to_the_functions_destination()
    {
        var calls = 0;
        await using var lambda = await StartAsync(_ => { Interlocked.Increment(ref calls); throw new InvalidOperationException("no"); }, Settings);

        await PutAsync(lambda);
        await lambda.Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromHours(1), Cancellation);

        calls.ShouldBe(1);
        var report = JsonNode.Parse((await ReceiveAsync(lambda, "failed")).ShouldHaveSingleItem().Body)!;
        report["requestContext"]!["condition"]!.GetValue<string>().ShouldBe("RetriesExhausted");
        report["requestPayload"]!["source"]!.GetValue<string>().ShouldBe("aws.test");
        report["responsePayload"]!["errorType"]!.GetValue<string>().ShouldBe("InvalidOperationException");
        (await ReceiveAsync(lambda, "dead")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_settings_it_is_tried_three_times_and_then_goes_to_the_functions_dead_letter_queue()
    {
        var calls = new ConcurrentQueue<DateTimeOffset>();
        LambdaCloud? started = null;
        await using var lambda = started = await StartAsync(
            _ => { calls.Enqueue(started!.Cloud.Time.GetUtcNow()); throw new InvalidOperationException("no"); },
            change: function => function with { DeadLetterTarget = Arns.Of("sqs", "failed") });

        await PutAsync(lambda);
        await lambda.Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromHours(1), Cancellation);

        calls.Select(call => (call - DateTimeOffset.UnixEpoch).TotalMinutes).ShouldBe([0, 1, 3]);
        JsonNode.Parse((await ReceiveAsync(lambda, "failed")).ShouldHaveSingleItem().Body)!["source"]!.GetValue<string>().ShouldBe("aws.test");
    }

    [Fact]
    public async Task While_its_function_is_throttled_it_waits_in_Lambdas_queue_and_the_rule_has_delivered_it()
    {
        var seen = new ConcurrentQueue<string>();
        await using var lambda = await StartAsync(payload => { seen.Enqueue(payload); return "{}"; });
        lambda.Cloud.Get<FunctionInvoker>().Fault = new Throttled(3, lambda.Cloud.Time);

        await PutAsync(lambda);
        await lambda.Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromMinutes(5), Cancellation);

        seen.ShouldHaveSingleItem();
        (await ReceiveAsync(lambda, "dead")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_throttled_event_is_tried_ever_less_often_for_six_hours()
    {
        await using var lambda = await StartAsync(_ => "{}", Settings);
        var throttled = new Throttled(int.MaxValue, lambda.Cloud.Time);
        lambda.Cloud.Get<FunctionInvoker>().Fault = throttled;

        await PutAsync(lambda);
        await lambda.Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromHours(6), Cancellation);
        var tries = throttled.Tries.ToList();
        tries.Skip(1).Zip(tries, (later, earlier) => (later - earlier).TotalSeconds).Take(11).ShouldBe([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
        (await ReceiveAsync(lambda, "failed")).ShouldBeEmpty();
        await lambda.Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromMinutes(5), Cancellation);

        JsonNode.Parse((await ReceiveAsync(lambda, "failed")).ShouldHaveSingleItem().Body)!["requestContext"]!["condition"]!.GetValue<string>().ShouldBe("EventAgeExceeded");
    }

    [Fact]
    public async Task A_rule_finds_out_that_its_function_is_not_there()
    {
        await using var lambda = await LambdaCloud.StartAsync(TinyRuntime.Of(_ => "{}"));
        await DeployAsync(lambda, function: "nobody");

        await PutAsync(lambda);

        (await ReceiveAsync(lambda, "dead")).ShouldHaveSingleItem().MessageAttributes["ERROR_CODE"].ShouldBe("NO_RESOURCE");
    }

    private static async Task<LambdaCloud> StartAsync(Func<string, string> handle, string more = "", Func<FunctionDefinition, FunctionDefinition>? change = null)
    {
        var lambda = await LambdaCloud.StartAsync(TinyRuntime.Of(handle), change);
        await DeployAsync(lambda, more);
        return lambda;
    }

    private static Task<DeployedStack> DeployAsync(LambdaCloud lambda, string more = "", string function = LambdaCloud.Name) => lambda.Cloud.Get<Deployer>().DeployTemplateAsync(
        "rules",
        Template.Replace("FUNCTION", FunctionDefinition.ArnOf(function), StringComparison.Ordinal).Replace("MORE", more, StringComparison.Ordinal),
        null,
        Cancellation);

    private static Task PutAsync(LambdaCloud lambda) => lambda.Cloud.Get<IEventBuses>().PutAwsEventAsync("aws.test", "Test", [], [], Cancellation);

    private static async Task<IReadOnlyList<QueueMessage>> ReceiveAsync(LambdaCloud lambda, string queue)
    {
        await lambda.Cloud.VirtualTime.AdvanceAsync(TimeSpan.Zero, Cancellation);
        return await lambda.Cloud.Get<IQueues>().ReceiveAsync(Arns.Of("sqs", queue), 10, TimeSpan.Zero, Cancellation);
    }

    private sealed class Throttled(int times, TimeProvider time) : IInvocationFault
    {
        public ConcurrentQueue<DateTimeOffset> Tries { get; } = new();

        public Fault? Choose(string functionName, string payload)
        {
            Tries.Enqueue(time.GetUtcNow());
            return Tries.Count <= times ? new Fault.Throttled() : null;
        }
    }
}
