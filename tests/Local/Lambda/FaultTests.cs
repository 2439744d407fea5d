using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Lambda;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Lambda;

public sealed class FaultTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_worker_killed_before_its_call_has_not_seen_the_event()
    {
        var calls = 0;
        await using var lambda = await LambdaCloud.StartAsync(TinyRuntime.Of(_ => $"{Interlocked.Increment(ref calls)}"));
        lambda.Cloud.Get<FunctionInvoker>().Fault = new Once(new Fault.KilledBefore());

        var killed = await lambda.CallAsync();
        var next = await lambda.CallAsync();

        ErrorType(killed).ShouldBe("Runtime.ExitError");
        next.ShouldBe(new FunctionAnswer("1", null));
    }

    [Fact]
    public async Task A_worker_killed_during_its_call_answers_with_an_exit_error()
    {
        var seen = new TaskCompletionSource();
        await using var lambda = await LambdaCloud.StartAsync(TinyRuntime.Of(async (payload, _) =>
        {
            if (payload == "1") seen.SetResult();
            if (payload == "1") await new TaskCompletionSource().Task;
            return payload;
        }));
        lambda.Cloud.Get<FunctionInvoker>().Fault = new Once(new Fault.KilledDuring(seen.Task));

        var killed = await lambda.CallAsync("1");
        var next = await lambda.CallAsync("2");

        ErrorType(killed).ShouldBe("Runtime.ExitError");
        next.ShouldBe(new FunctionAnswer("2", null));
    }

    [Fact]
    public async Task A_worker_killed_after_its_call_has_worked_and_its_answer_is_lost()
    {
        var calls = 0;
        await using var lambda = await LambdaCloud.StartAsync(TinyRuntime.Of(_ => $"{Interlocked.Increment(ref calls)}"));
        lambda.Cloud.Get<FunctionInvoker>().Fault = new Once(new Fault.KilledAfter());

        var killed = await lambda.CallAsync();
        var next = await lambda.CallAsync();

        ErrorType(killed).ShouldBe("Runtime.ExitError");
        next.ShouldBe(new FunctionAnswer("2", null));
    }

    [Fact]
    public async Task A_worker_that_hangs_is_killed_at_its_timeout()
    {
        await using var lambda = await LambdaCloud.StartAsync(TinyRuntime.Of(_ => "{}"), function => function with { Timeout = TimeSpan.FromMinutes(15) });
        lambda.Cloud.Get<FunctionInvoker>().Fault = new Once(new Fault.Hangs());
        var start = lambda.Cloud.Time.GetUtcNow();

        var call = lambda.CallAsync();
        await lambda.Cloud.VirtualTime.AdvanceUntilAsync(() => Task.FromResult(call.IsCompleted), TimeSpan.FromHours(1), Cancellation);

        var answer = JsonNode.Parse((await call).Payload)!;
        answer["errorType"]!.GetValue<string>().ShouldBe("Sandbox.Timedout");
        answer["errorMessage"]!.GetValue<string>().ShouldEndWith("Error: Task timed out after 900.00 seconds");
        (lambda.Cloud.Time.GetUtcNow() - start).ShouldBe(TimeSpan.FromMinutes(15));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_that_hangs_or_is_late_does_not_keep_the_cloud_from_stopping(bool hangs)
    {
        var lambda = await LambdaCloud.StartAsync(TinyRuntime.Of(_ => "{}"));
        lambda.Cloud.Get<FunctionInvoker>().Fault = new Once(hangs ? new Fault.Hangs() : new Fault.Delayed(TimeSpan.FromMinutes(1)));

        var call = lambda.CallAsync();
        var cancellation = TestContext.Current.CancellationToken;
        await lambda.Cloud.Get<InFlight>().RestAsync(cancellation);
        await lambda.DisposeAsync().AsTask().WaitAsync(cancellation);

        await Should.ThrowAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task A_throttled_call_is_refused()
    {
        await using var lambda = await LambdaCloud.StartAsync(TinyRuntime.Of(_ => "{}"));
        lambda.Cloud.Get<FunctionInvoker>().Fault = new Once(new Fault.Throttled());

        var refused = await Should.ThrowAsync<AwsError>(() => lambda.CallAsync());

        refused.Code.ShouldBe("TooManyRequestsException");
        (await lambda.CallAsync()).FunctionError.ShouldBeNull();
    }

    private static string ErrorType(FunctionAnswer answer) => JsonNode.Parse(answer.Payload)!["errorType"]!.GetValue<string>();

    private sealed class Once(Fault fault) : IInvocationFault
    {
        private Fault? left = fault;

        public Fault? Choose(string functionName, string payload) => Interlocked.Exchange(ref left, null);
    }
}
