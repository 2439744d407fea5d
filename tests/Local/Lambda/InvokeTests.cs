using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Lambda;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Lambda;

public sealed class InvokeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("greeter")]
    [InlineData("greeter:$LATEST")]
    [InlineData("000000000000:function:greeter")]
    [InlineData("arn%3Aaws%3Alambda%3Aeu-west-1%3A000000000000%3Afunction%3Agreeter")]
    public async Task A_function_answers_under_its_name_and_its_arn(string name)
    {
        await using var lambda = await LambdaCloud.StartAsync(TinyRuntime.Of(payload => payload.Replace("Ada", "Hello Ada")));

        var answer = await lambda.SendAsync(HttpMethod.Post, $"/2015-03-31/functions/{name}/invocations", """{"name":"Ada"}""");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldBe("""{"name":"Hello Ada"}""");
        answer.Headers.Contains("X-Amz-Function-Error").ShouldBeFalse();
        answer.Headers.GetValues("X-Amz-Executed-Version").ShouldBe(["$LATEST"]);
    }

    [Fact]
    public async Task A_function_that_throws_is_told_by_a_header_and_its_own_error()
    {
        await using var lambda = await LambdaCloud.StartAsync(TinyRuntime.Of(_ => throw new InvalidOperationException("no")));

        var answer = await lambda.InvokeAsync();

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.GetValues("X-Amz-Function-Error").ShouldBe(["Unhandled"]);
        (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldBe("""{"errorType":"InvalidOperationException","errorMessage":"no"}""");
    }

    [Fact]
    public async Task The_log_tail_holds_what_the_call_logged()
    {
        await using var lambda = await LambdaCloud.StartAsync(TinyRuntime.Of((_, environment) =>
        {
            environment.WriteLine("greeting");
            return Task.FromResult("{}");
        }));

        var answer = await lambda.InvokeAsync("{}", ("X-Amz-Log-Type", "Tail"));

        var tail = Encoding.UTF8.GetString(Convert.FromBase64String(answer.Headers.GetValues("X-Amz-Log-Result").Single())).Split('\n');
        tail[0].ShouldStartWith("START RequestId: ");
        tail[1].ShouldBe("greeting");
        tail[2].ShouldStartWith("END RequestId: ");
        lambda.LogLines.ShouldContain("greeting");
    }

    [Fact]
    public async Task An_answer_over_6_MB_is_refused_and_the_worker_lives_on()
    {
        var starts = 0;
        await using var lambda = await LambdaCloud.StartAsync(async (environment, cancellation) =>
        {
            Interlocked.Increment(ref starts);
            await TinyRuntime.Of(payload => payload == "\"big\"" ? new string('x', 6_291_557) : "{}")(environment, cancellation);
        });

        var refused = await lambda.CallAsync("\"big\"");
        var accepted = await lambda.CallAsync();

        refused.FunctionError.ShouldBe("Unhandled");
        JsonNode.Parse(refused.Payload)!["errorType"]!.GetValue<string>().ShouldBe("Function.ResponseSizeTooLarge");
        accepted.ShouldBe(new FunctionAnswer("{}", null));
        starts.ShouldBe(1);
    }

    [Fact]
    public async Task A_dry_run_calls_nothing()
    {
        var calls = 0;
        await using var lambda = await LambdaCloud.StartAsync(TinyRuntime.Of(_ => $"{Interlocked.Increment(ref calls)}"));

        var answer = await lambda.InvokeAsync("{}", ("X-Amz-Invocation-Type", "DryRun"));

        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        calls.ShouldBe(0);
    }

    [Theory]
    [InlineData("not json", 400, "InvalidRequestContentException")]
    [InlineData("{\"half\":", 400, "InvalidRequestContentException")]
    public async Task A_payload_that_is_not_JSON_is_refused(string payload, int status, string code)
    {
        await using var lambda = await LambdaCloud.StartAsync(TinyRuntime.Of(_ => "{}"));

        var answer = await lambda.InvokeAsync(payload);

        ((int)answer.StatusCode).ShouldBe(status);
        answer.Headers.GetValues("x-amzn-ErrorType").ShouldBe([code]);
    }

    [Fact]
    public async Task A_function_that_does_not_exist_is_not_found()
    {
        await using var lambda = await LambdaCloud.StartAsync(TinyRuntime.Of(_ => "{}"));

        var answer = await lambda.SendAsync(HttpMethod.Post, "/2015-03-31/functions/other/invocations", "{}");

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        answer.Headers.GetValues("x-amzn-ErrorType").ShouldBe(["ResourceNotFoundException"]);
    }

    [Fact]
    public async Task An_operation_that_is_not_implemented_is_refused_by_name()
    {
        await using var lambda = await LambdaCloud.StartAsync(TinyRuntime.Of(_ => "{}"));

        var answer = await lambda.SendAsync(HttpMethod.Delete, "/2015-03-31/functions/greeter");

        ((int)answer.StatusCode).ShouldBe(501);
        (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldContain("lambda:DELETE /2015-03-31/functions/greeter");
    }

    [Fact]
    public async Task Calls_beyond_the_reserved_concurrency_are_throttled()
    {
        var free = new TaskCompletionSource();
        await using var lambda = await LambdaCloud.StartAsync(
            TinyRuntime.Of(async (_, _) =>
            {
                await free.Task;
                return "{}";
            }),
            function => function with { ReservedConcurrency = 1 });
        var first = lambda.CallAsync();

        var second = await lambda.InvokeAsync();
        free.SetResult();

        ((int)second.StatusCode).ShouldBe(429);
        var error = JsonNode.Parse(await second.Content.ReadAsStringAsync(Cancellation))!;
        error["Reason"]!.GetValue<string>().ShouldBe("ReservedFunctionConcurrentInvocationLimitExceeded");
        (await first).FunctionError.ShouldBeNull();
        (await lambda.InvokeAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Calls_at_the_same_time_run_in_workers_of_their_own()
    {
        var together = new CountdownEvent(3);
        var all = new TaskCompletionSource();
        await using var lambda = await LambdaCloud.StartAsync(TinyRuntime.Of(async (_, environment) =>
        {
            if (together.Signal()) all.SetResult();
            await all.Task;
            return $"\"{environment.Variables["AWS_LAMBDA_LOG_STREAM_NAME"]}\"";
        }));

        var answers = await Task.WhenAll(lambda.CallAsync(), lambda.CallAsync(), lambda.CallAsync());

        answers.Select(answer => answer.Payload).Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public async Task A_worker_that_rested_for_long_is_ended()
    {
        await using var lambda = await LambdaCloud.StartAsync(TinyRuntime.Of(_ => "{}"));
        await lambda.CallAsync();
        var worker = lambda.Workers.Live.Single();

        await lambda.Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromHours(1), Cancellation);

        (await worker.Exited.WaitAsync(Cancellation)).Reason.ShouldEndWith("signal: killed");
    }

    [Fact]
    public async Task An_event_is_accepted_at_once_and_tried_three_times()
    {
        var calls = 0;
        await using var lambda = await LambdaCloud.StartAsync(TinyRuntime.Of(_ =>
        {
            Interlocked.Increment(ref calls);
            throw new InvalidOperationException("no");
        }));

        var answer = await lambda.InvokeAsync("{}", ("X-Amz-Invocation-Type", "Event"));
        await lambda.Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromHours(1), Cancellation);

        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        calls.ShouldBe(3);
    }

    [Fact]
    public async Task Functions_are_described()
    {
        await using var lambda = await LambdaCloud.StartAsync(TinyRuntime.Of(_ => "{}"), function => function with { MemorySize = 256 });

        var list = await lambda.SendAsync(HttpMethod.Get, "/2015-03-31/functions/");
        var one = await lambda.SendAsync(HttpMethod.Get, "/2015-03-31/functions/greeter");

        JsonNode.Parse(await list.Content.ReadAsStringAsync(Cancellation))!["Functions"]!.AsArray().Single()!["MemorySize"]!.GetValue<int>().ShouldBe(256);
        JsonNode.Parse(await one.Content.ReadAsStringAsync(Cancellation))!["Configuration"]!["FunctionArn"]!.GetValue<string>().ShouldBe(FunctionDefinition.ArnOf("greeter"));
    }

    [Fact]
    public async Task Clients_page_through_functions()
    {
        await using var lambda = await LambdaCloud.StartAsync(TinyRuntime.Of(_ => "{}"));
        foreach (var name in new[] { "a", "b" }) lambda.Cloud.Get<FunctionCatalog>().Add(new FunctionDefinition { Name = name, Handler = "Greet", CodeDirectory = Path.GetTempPath() });

        var first = await ListAsync("?MaxItems=2");
        var second = await ListAsync($"?MaxItems=2&Marker={first["NextMarker"]}");

        Names(first).ShouldBe(["a", "b"]);
        Names(second).ShouldBe(["greeter"]);
        second.ContainsKey("NextMarker").ShouldBeFalse();

        async Task<JsonObject> ListAsync(string query)
        {
            using var answer = await lambda.SendAsync(HttpMethod.Get, $"/2015-03-31/functions/{query}");
            return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!.AsObject();
        }

        static IEnumerable<string> Names(JsonObject page) => page["Functions"]!.AsArray().Select(function => (string)function!["FunctionName"]!);
    }
}
