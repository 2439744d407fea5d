using ServerlessGdpr.Functions;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Tests.Runtime;

/// <summary>A function that runs in this process against a fake Runtime API, on a clock that stands still.</summary>
internal sealed class HostedFunction : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 9, 30, 0, TimeSpan.Zero);

    private readonly CancellationTokenSource stop = new();
    private readonly StringWriter output = new();
    private readonly Task<int> running;

    private HostedFunction(FakeRuntimeApi api, IReadOnlyDictionary<string, string> environment, IReadOnlyList<HandlerRegistration> handlers)
    {
        Api = api;
        running = FunctionHost.RunAsync(environment, Time, stop.Token, output, handlers);
    }

    public FakeRuntimeApi Api { get; }

    public VirtualTime Time { get; } = new(Start, new InFlight());

    /// <summary>The exit code of a function that ends by itself.</summary>
    public Task<int> ExitCode => running;

    public string Output => output.ToString();

    /// <param name="handle">What the function does with its input.</param>
    public static Task<HostedFunction> StartAsync(Func<DatastoreRequest, Invocation, CancellationToken, Task<DatastoreAnswer>> handle, CancellationToken cancellation) =>
        StartAsync(Registration(_ => new Handler(handle)), [], cancellation);

    public static async Task<HostedFunction> StartAsync(
        HandlerRegistration handler, IReadOnlyCollection<KeyValuePair<string, string>> variables, CancellationToken cancellation)
    {
        var api = await FakeRuntimeApi.StartAsync(cancellation);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["AWS_LAMBDA_RUNTIME_API"] = api.Address,
            ["AWS_REGION"] = "eu-west-1",
            ["AWS_LAMBDA_FUNCTION_NAME"] = "under-test",
            ["AWS_LAMBDA_FUNCTION_VERSION"] = "$LATEST",
            ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = "256",
            ["POWERTOOLS_SERVICE_NAME"] = "serverless-gdpr",
            ["_HANDLER"] = handler.Name,
        };
        foreach (var (name, value) in variables) environment[name] = value;
        return new HostedFunction(api, environment, [handler]);
    }

    public static HandlerRegistration Registration(Func<Composition, IHandler<DatastoreRequest, DatastoreAnswer>> create, params Setting[] settings) =>
        HandlerRegistration.Of("UnderTest", settings, json => json.DatastoreRequest, json => json.DatastoreAnswer, create);

    public static string Request(string requestId = "r-1") =>
        $$"""{"operation":"erase","datastore":"customers","requestId":"{{requestId}}","subjects":["vault/{{requestId}}"],"continuation":null,"later":true}""";

    public static DatastoreAnswer Answer { get; } = new() { Outcome = Outcomes.Erased, Found = 2, Erased = 2, Remaining = 0 };

    public Task<Report> InvokeAsync(string payload, CancellationToken cancellation) => InvokeAsync(payload, TimeSpan.FromSeconds(60), cancellation);

    public async Task<Report> InvokeAsync(string payload, TimeSpan time, CancellationToken cancellation)
    {
        Api.Invoke("invocation-1", payload, Time.GetUtcNow() + time);
        return await Api.ReportAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        await Api.DisposeAsync();
        stop.Dispose();
        await output.DisposeAsync();
    }

    private sealed class Handler(Func<DatastoreRequest, Invocation, CancellationToken, Task<DatastoreAnswer>> handle) : IHandler<DatastoreRequest, DatastoreAnswer>
    {
        public Task<DatastoreAnswer> HandleAsync(DatastoreRequest input, Invocation invocation, CancellationToken deadline) => handle(input, invocation, deadline);
    }
}
