using Microsoft.Extensions.DependencyInjection;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions;
using ServerlessGdpr.Local.StepFunctions.Distributed;
using ServerlessGdpr.Local.StepFunctions.History;
using ServerlessGdpr.Local.StepFunctions.Paths;
using ServerlessGdpr.Local.StepFunctions.Running;
using Xunit;

namespace ServerlessGdpr.Tests.Local.StepFunctions;

/// <summary>Step Functions without an endpoint, on a virtual clock, with functions and a bus of the test's own.</summary>
internal sealed class StateMachineHarness : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    public const string Role = "arn:aws:iam::000000000000:role/workflow";
    private readonly ServiceProvider services;
    private int machines;

    public StateMachineHarness(TimeProvider? time = null, IEventBuses? buses = null)
    {
        var inFlight = new InFlight();
        Time = time ?? new VirtualTime(Start, inFlight);
        var collection = new ServiceCollection()
            .AddSingleton(inFlight)
            .AddSingleton(Time)
            .AddSingleton<BackgroundWork>()
            .AddSingleton(new Random(7))
            .AddSingleton<IFunctions>(Functions)
            .AddStepFunctions()
            .AddSingleton(new ObjectStores(_ => Objects));
        if (buses is not null) collection.AddSingleton(buses);
        services = collection.BuildServiceProvider();
    }

    public TimeProvider Time { get; }

    public VirtualTime VirtualTime => (VirtualTime)Time;

    public FakeFunctions Functions { get; } = new();

    public FakeObjects Objects { get; } = new();

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    public StateMachine Create(string definition, string? name = null) =>
        Get<StateMachines>().Create(name ?? $"machine-{++machines}", definition, Role, [], new Dictionary<string, string>());

    public Execution Begin(string definition, string input = "{}", string? name = null) => Get<Executions>().Start(Create(definition).Arn, name, input);

    /// <summary>Runs it to its end, however long that is on the virtual clock.</summary>
    public async Task<Execution> RunAsync(string definition, string input = "{}")
    {
        var execution = Begin(definition, input);
        await EndAsync(execution);
        return execution;
    }

    public Task EndAsync(Execution execution) =>
        VirtualTime.AdvanceUntilAsync(() => Task.FromResult(!execution.IsRunning), TimeSpan.FromDays(800), TestContext.Current.CancellationToken);

    public Task RestAsync() => Get<InFlight>().RestAsync(TestContext.Current.CancellationToken);

    /// <summary>Runs one state with the given fields and gives the execution's output, or its error and cause.</summary>
    public async Task<string> StateAsync(string fields, string input = "{}")
    {
        var execution = await RunAsync($$$"""{"StartAt":"S","States":{"S":{ {{{fields}}} } } }""", input);
        return Result(execution);
    }

    public static string Result(Execution execution) =>
        execution.Standing.Output ?? $"{execution.Standing.Error}: {execution.Standing.Cause}";

    public static string[] Types(Execution execution) => [.. execution.History.Events.Select(happened => happened.Body.Type)];

    public static string Lines(Execution execution) =>
        string.Join('\n', execution.History.Events.Select(happened => $"{happened.Id} {happened.PreviousId} {happened.Body.Type}"));

    public static string Normal(string json) => Json.Text(Json.Parse(json));

    public async ValueTask DisposeAsync()
    {
        await Get<BackgroundWork>().DisposeAsync();
        await services.DisposeAsync();
    }
}

internal sealed class FakeFunctions : IFunctions
{
    private readonly List<(string Function, string Payload)> calls = [];

    public Func<string, string, Task<FunctionAnswer>> Answer { get; set; } = (_, payload) => Task.FromResult(new FunctionAnswer(payload, null));

    public IReadOnlyList<(string Function, string Payload)> Calls
    {
        get
        {
            lock (calls) return [.. calls];
        }
    }

    public void FailTimes(int times, string errorType, string then = "\"done\"")
    {
        Answer = (_, _) => Task.FromResult(Interlocked.Decrement(ref times) >= 0
            ? new FunctionAnswer($$"""{"errorType":"{{errorType}}","errorMessage":"no"}""", "Unhandled")
            : new FunctionAnswer(then, null));
    }

    public Task<FunctionAnswer> InvokeAsync(string functionArn, string payload, CancellationToken cancellation)
    {
        lock (calls) calls.Add((functionArn, payload));
        return Answer(functionArn, payload);
    }
}
