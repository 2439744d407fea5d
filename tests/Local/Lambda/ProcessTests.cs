using System.Diagnostics;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Lambda;

/// <summary>Functions as processes: shell scripts that speak the Runtime API with curl.</summary>
public sealed class ProcessTests
{
    private const string Loop = """
        api=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime
        headers=$(mktemp)
        while true; do
          event=$(curl -sf -D "$headers" "$api/invocation/next") || exit 9
          id=$(sed -n 's/^Lambda-Runtime-Aws-Request-Id: *\([^[:space:]]*\).*/\1/ip' "$headers")
          handle
          curl -sf -o "$headers" -d "$answer" "$api/invocation/$id/response" || exit 9
        done
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_warm_process_takes_the_next_call()
    {
        await using var lambda = await LambdaCloud.StartScriptAsync("handle() { calls=$((calls + 1)); answer=\"[$calls, $event]\"; }\n" + Loop);

        var first = await lambda.CallAsync("\"a\"");
        var second = await lambda.CallAsync("\"b\"");

        first.ShouldBe(new FunctionAnswer("""[1, "a"]""", null));
        second.ShouldBe(new FunctionAnswer("""[2, "b"]""", null));
    }

    [Fact]
    public async Task Calls_beyond_the_processes_that_a_function_may_have_wait_for_one_that_is_warm()
    {
        await using var lambda = await LambdaCloud.StartScriptAsync("handle() { answer=$$; }\n" + Loop, processes: 2);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => lambda.CallAsync()));

        answers.ShouldAllBe(answer => answer.FunctionError == null);
        answers.Select(answer => answer.Payload).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task A_process_has_the_environment_of_Lambda_and_not_that_of_its_parent()
    {
        await using var lambda = await LambdaCloud.StartScriptAsync(
            "handle() { env; answer='{}'; }\n" + Loop,
            function => function with { Variables = new Dictionary<string, string> { ["GREETING"] = "Hello" } });

        (await lambda.CallAsync()).FunctionError.ShouldBeNull();

        var variables = await LinesAsync(lambda, "GREETING=Hello");
        variables.ShouldContain("_HANDLER=Greet");
        variables.ShouldContain("AWS_LAMBDA_FUNCTION_NAME=greeter");
        variables.ShouldContain("AWS_REGION=eu-west-1");
        variables.ShouldContain($"AWS_ENDPOINT_URL={lambda.Cloud.Endpoint.GetLeftPart(UriPartial.Authority)}");
        string[] own = ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "PWD", "SHLVL", "_"];
        var parents = Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(name => !name.StartsWith("DOTNET_", StringComparison.Ordinal) && !name.StartsWith("SSL_", StringComparison.Ordinal));
        variables.Select(line => line.Split('=')[0]).Intersect(parents.Except(own)).Where(name => !name.StartsWith("AWS_", StringComparison.Ordinal) && name is not "LANG" and not "TZ").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_killed_process_is_an_exit_error_and_the_next_call_gets_a_new_one()
    {
        await using var lambda = await LambdaCloud.StartScriptAsync("handle() { [ \"$event\" = 1 ] && kill -9 $$; answer=$event; }\n" + Loop);

        var killed = JsonNode.Parse((await lambda.CallAsync("1")).Payload)!;
        var next = await lambda.CallAsync("2");

        killed["errorType"]!.GetValue<string>().ShouldBe("Runtime.ExitError");
        killed["errorMessage"]!.GetValue<string>().ShouldEndWith("Error: Runtime exited with error: signal: killed");
        next.ShouldBe(new FunctionAnswer("2", null));
    }

    [Fact]
    public async Task A_process_that_exits_while_it_rests_costs_no_call()
    {
        await using var lambda = await LambdaCloud.StartScriptAsync("handle() { answer=$$; }\n" + Loop);
        (await lambda.CallAsync()).FunctionError.ShouldBeNull();
        var worker = lambda.Workers.Live.Single();
        using (var process = Process.GetProcessById(worker.ProcessId!.Value)) process.Kill();
        await worker.Exited.WaitAsync(TestContext.Current.CancellationToken);

        var next = await lambda.CallAsync();

        next.FunctionError.ShouldBeNull();
    }

    [Fact]
    public async Task A_process_that_cannot_start_says_why()
    {
        const string Report = """
            curl -sf -d '{"errorType":"ConfigurationMissing","errorMessage":"EVENT_BUS"}' -H 'Lambda-Runtime-Function-Error-Type: ConfigurationMissing' "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/init/error"
            exit 1
            """;
        await using var lambda = await LambdaCloud.StartScriptAsync(Report);

        var answer = await lambda.CallAsync();

        answer.ShouldBe(new FunctionAnswer("""{"errorType":"ConfigurationMissing","errorMessage":"EVENT_BUS"}""", "Unhandled"));
    }

    [Fact]
    public async Task A_process_that_exits_at_start_is_an_exit_error()
    {
        await using var lambda = await LambdaCloud.StartScriptAsync("exit 3");

        var answer = JsonNode.Parse((await lambda.CallAsync()).Payload)!;

        answer["errorType"]!.GetValue<string>().ShouldBe("Runtime.ExitError");
        answer["errorMessage"]!.GetValue<string>().ShouldEndWith("Error: Runtime exited with error: exit status 3");
    }

    [Fact]
    public async Task A_process_is_killed_at_the_timeout_of_its_function()
    {
        await using var lambda = await LambdaCloud.StartScriptAsync("handle() { sleep 60; }\n" + Loop, function => function with { Timeout = TimeSpan.FromSeconds(1) });
        var call = lambda.CallAsync();

        var answer = JsonNode.Parse((await call).Payload)!;

        answer["errorType"]!.GetValue<string>().ShouldBe("Sandbox.Timedout");
        answer["errorMessage"]!.GetValue<string>().ShouldEndWith("Error: Task timed out after 1.00 seconds");
        lambda.Workers.Live.ShouldBeEmpty();
    }

    [Fact]
    public async Task Processes_end_with_the_cloud()
    {
        Task exited;
        await using (var lambda = await LambdaCloud.StartScriptAsync("handle() { answer='{}'; }\n" + Loop))
        {
            (await lambda.CallAsync()).FunctionError.ShouldBeNull();
            exited = lambda.Workers.Live.Single().Exited;
        }

        await exited.WaitAsync(Cancellation);
    }

    [Fact]
    public async Task What_a_process_prints_is_kept_in_a_file_of_its_function()
    {
        await using var lambda = await LambdaCloud.StartScriptAsync("handle() { echo printed; echo complained >&2; answer='{}'; }\n" + Loop);

        (await lambda.CallAsync()).FunctionError.ShouldBeNull();

        await LinesAsync(lambda, "printed");
        await LinesAsync(lambda, "complained");
        var file = new FileStream(Path.Combine(lambda.Cloud.Options.DataDirectory!, "logs", "greeter.log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        (await reader.ReadToEndAsync(Cancellation)).Split('\n').ShouldContain("printed");
    }

    /// <summary>A pipe is read when its reader gets to it, which may be after the answer.</summary>
    private static async Task<IReadOnlyList<string>> LinesAsync(LambdaCloud lambda, string wanted)
    {
        while (true)
        {
            var lines = lambda.LogLines.ToList();
            if (lines.Contains(wanted)) return lines;
            Cancellation.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
