using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Lambda;
using ServerlessGdpr.Local.Lambda.Hosts;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Lambda;

public sealed class WorkerTests
{
    private static readonly FunctionDefinition Function = new() { Name = "greeter", Handler = "Greet", CodeDirectory = "/" };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_worker_that_is_gone_after_it_asked_for_its_next_call_has_not_seen_that_call()
    {
        var host = new FakeHost();
        using var worker = new Worker(Function, TimeProvider.System);
        worker.Start(host, new FunctionEnvironment(new Dictionary<string, string>(), TimeProvider.System, _ => { }));
        using var work = new InFlight().Begin();
        var first = new Invocation(Function, "1", "");
        var second = new Invocation(Function, "2", "");

        var asked = worker.NextAsync(Cancellation);
        var served = worker.ServeAsync(first, null, work, Cancellation);
        (await asked).Succeed("served");
        (await served).ShouldBeTrue();
        asked = worker.NextAsync(Cancellation);
        host.Exit.SetResult(InstanceExit.Killed);

        (await worker.ServeAsync(second, null, work, Cancellation)).ShouldBeFalse();
        second.Outcome.IsCompleted.ShouldBeFalse();
        asked.IsCompleted.ShouldBeFalse();
    }

    private sealed class FakeHost : IFunctionHost, IFunctionInstance
    {
        public TaskCompletionSource<InstanceExit> Exit { get; } = new();

        public TimeProvider Clock => TimeProvider.System;

        public int MaxWorkers => 1;

        public int? ProcessId => null;

        public Task<InstanceExit> Exited => Exit.Task;

        public IFunctionInstance Start(FunctionDefinition function, FunctionEnvironment environment) => this;

        public void Kill() => Exit.TrySetResult(InstanceExit.Killed);

        public void Dispose()
        {
        }
    }
}
