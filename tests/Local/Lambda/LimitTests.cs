using System.Net;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Lambda;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Lambda;

public sealed class LimitTests
{
    private const int SynchronousLimit = 6_291_556, EventLimit = 1_048_576;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("RequestResponse", SynchronousLimit, 200)]
    [InlineData("RequestResponse", SynchronousLimit + 1, 413)]
    [InlineData("Event", EventLimit, 202)]
    [InlineData("Event", EventLimit + 1, 413)]
    public async Task A_payload_is_taken_up_to_the_limit_of_its_invocation_type(string type, int bytes, int status)
    {
        await using var lambda = await LambdaCloud.StartAsync(TinyRuntime.Of(_ => "{}"));

        var answer = await lambda.InvokeAsync($"\"{new string('x', bytes - 2)}\"", ("X-Amz-Invocation-Type", type));

        ((int)answer.StatusCode).ShouldBe(status);
        if (status == 413) answer.Headers.GetValues("x-amzn-ErrorType").ShouldBe(["RequestTooLargeException"]);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(3, 4)]
    public async Task As_many_calls_run_at_once_as_are_reserved_and_the_next_is_throttled(int reserved, int calls)
    {
        var free = new TaskCompletionSource();
        await using var lambda = await LambdaCloud.StartAsync(
            TinyRuntime.Of(async (_, _) =>
            {
                await free.Task;
                return "{}";
            }),
            function => function with { ReservedConcurrency = reserved });
        var running = Enumerable.Range(0, calls - 1).Select(_ => lambda.CallAsync()).ToList();

        var refused = await Should.ThrowAsync<AwsError>(() => lambda.CallAsync());
        free.SetResult();

        (refused.Code, refused.Status).ShouldBe(("TooManyRequestsException", 429));
        (await Task.WhenAll(running)).ShouldAllBe(answer => answer.FunctionError == null);
        if (reserved > 0) (await lambda.CallAsync()).FunctionError.ShouldBeNull();
    }

    [Fact]
    public async Task An_event_that_is_throttled_waits_and_costs_none_of_its_attempts()
    {
        var free = new TaskCompletionSource();
        var seen = new List<string>();
        await using var lambda = await LambdaCloud.StartAsync(
            TinyRuntime.Of(async (payload, _) =>
            {
                seen.Add(payload);
                if (payload == "1") await free.Task;
                return "{}";
            }),
            function => function with { ReservedConcurrency = 1 });
        var first = lambda.CallAsync("1");

        (await lambda.InvokeAsync("2", ("X-Amz-Invocation-Type", "Event"))).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        free.SetResult();
        await first;
        await lambda.Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromMinutes(1), Cancellation);

        seen.ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task A_function_that_cannot_start_fails_its_call_and_starts_anew_for_the_next()
    {
        var starts = 0;
        await using var lambda = await LambdaCloud.StartAsync(async (environment, cancellation) =>
        {
            if (Interlocked.Increment(ref starts) == 1)
            {
                using var http = new HttpClient();
                using var report = new StringContent("""{"errorType":"ConfigurationMissing","errorMessage":"EVENT_BUS"}""");
                (await http.PostAsync(new Uri($"http://{environment.Variables["AWS_LAMBDA_RUNTIME_API"]}/2018-06-01/runtime/init/error"), report, cancellation)).EnsureSuccessStatusCode();
                return;
            }

            await TinyRuntime.Of(_ => "{}")(environment, cancellation);
        });

        var failed = await lambda.CallAsync();
        var next = await lambda.CallAsync();

        (failed.FunctionError, JsonNode.Parse(failed.Payload)!["errorType"]!.GetValue<string>()).ShouldBe(("Unhandled", "ConfigurationMissing"));
        next.ShouldBe(new FunctionAnswer("{}", null));
        starts.ShouldBe(2);
    }

    [Theory]
    [InlineData("""{"errorType":"DatastoreUnavailable","errorMessage":"it is away","stackTrace":["here"]}""")]
    [InlineData("""{"errorType":"Vermutlich","errorMessage":"zu groß"}""")]
    public async Task An_error_that_a_function_reports_reaches_its_caller_as_it_was_said(string error)
    {
        await using var lambda = await LambdaCloud.StartAsync(async (environment, cancellation) =>
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://{environment.Variables["AWS_LAMBDA_RUNTIME_API"]}/2018-06-01/runtime/"), Timeout = Timeout.InfiniteTimeSpan };
            while (true)
            {
                using var next = await http.GetAsync("invocation/next", cancellation);
                using var report = new StringContent(error);
                await http.PostAsync($"invocation/{next.Headers.GetValues("Lambda-Runtime-Aws-Request-Id").Single()}/error", report, cancellation);
            }
        });

        (await lambda.CallAsync()).ShouldBe(new FunctionAnswer(error, "Unhandled"));
    }
}
