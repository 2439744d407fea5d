using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>The calls of all services in the order of arrival, and a place to step in before one is served.</summary>
internal sealed class CloudCalls(TimeProvider time)
{
    /// <summary>The access key that tests call with themselves.</summary>
    private const string TestClient = "test";

    private readonly ConcurrentQueue<CloudCall> all = new();
    private readonly Lock gate = new();
    private readonly List<Planned> plans = [];

    public IReadOnlyList<CloudCall> All => [.. all];

    /// <summary>Whether calls are kept; where there are very many, they would fill the memory.</summary>
    public bool IsNoting { get; set; } = true;

    /// <summary>What goes wrong in a call of a function, by a plan; nothing when null.</summary>
    public Func<CloudCall, CallFault?>? Faults { get; set; }

    /// <summary>Told what each call of DynamoDB took, where it is set: reads and writes then answer with it.</summary>
    public Action<CloudCall, double>? Capacity { get; set; }

    /// <summary>The access key of a client whose calls are neither noted nor touched; no such client when null.</summary>
    public string? Bystander { get; set; }

    public static void Observe(IServiceCollection services) => services
        .AddSingleton<CloudCalls>()
        .AddSingleton(provider => new AwsEndpoint(
            provider.GetServices<IAwsService>().Select(service => new Observed(service, provider.GetRequiredService<CloudCalls>())),
            provider.GetServices<IPathEndpoint>(),
            provider.GetRequiredService<IAccessControl>(),
            provider.GetRequiredService<InFlight>()));

    /// <summary>Refuses calls without any effect, until <see cref="Allow"/>.</summary>
    /// <param name="operation">As in <see cref="CloudCall.Operation"/>.</param>
    /// <param name="resource">A table or bucket.</param>
    public void Refuse(string operation, string resource, AwsError error, int after = 0, int times = int.MaxValue) =>
        Plan(operation, resource, after, times, _ => throw error);

    /// <summary>Does something while one call waits to be served.</summary>
    public void Before(string operation, string resource, Func<CloudCall, Task> action, int after = 0) => Plan(operation, resource, after, 1, action);

    /// <summary>Ends everything that was planned.</summary>
    public void Allow()
    {
        lock (gate) plans.Clear();
    }

    /// <summary>Notes calls from here on.</summary>
    public void Forget() => all.Clear();

    private void Plan(string operation, string resource, int after, int times, Func<CloudCall, Task> action)
    {
        lock (gate) plans.Add(new Planned(operation, resource, after, times, action));
    }

    private Task ArriveAsync(CloudCall call)
    {
        if (IsNoting) all.Enqueue(call);
        Planned? due;
        lock (gate) due = plans.Where(plan => plan.Concerns(call)).ToList().Find(plan => plan.IsDue());
        return due?.Action(call) ?? Task.CompletedTask;
    }

    private sealed class Planned(string operation, string resource, int after, int times, Func<CloudCall, Task> action)
    {
        private int calls;

        public Func<CloudCall, Task> Action => action;

        public bool Concerns(CloudCall call) => call.Operation == operation && call.Concerns(resource);

        public bool IsDue() => calls++ >= after && calls - after <= times;
    }

    private sealed class Observed(IAwsService service, CloudCalls calls) : IAwsService
    {
        public string SigningName => service.SigningName;

        public async Task HandleAsync(HttpContext context)
        {
            var call = await ReadAsync(context.Request);
            if (calls.Bystander is { } bystander && IsBy(context, bystander))
            {
                await service.HandleAsync(context);
                return;
            }

            // One that has no effect is not noted either.
            var fault = IsBy(context, TestClient) ? null : calls.Faults?.Invoke(call);
            if (fault is { AfterEffect: false }) throw fault.Error;
            await calls.ArriveAsync(call);
            if (fault is null && calls.Capacity is { } told && SigningName == "dynamodb") await MeterAsync(context, call, told);
            else if (fault is null) await service.HandleAsync(context);
            else await LoseAnswerAsync(context, fault);
        }

        /// <summary>Asks for the consumed capacity on the caller's behalf, who does not mind to be told.</summary>
        private async Task MeterAsync(HttpContext context, CloudCall call, Action<CloudCall, double> told)
        {
            var asking = JsonNode.Parse(call.Body)!.AsObject();
            asking["ReturnConsumedCapacity"] = "TOTAL";
            var body = Encoding.UTF8.GetBytes(asking.ToJsonString());
            (context.Request.Body, context.Request.ContentLength) = (new MemoryStream(body), body.Length);
            var wire = context.Response.Body;
            using var answer = new MemoryStream();
            context.Response.Body = answer;
            await service.HandleAsync(context);
            context.Response.Body = wire;
            told(call, Consumed(JsonNode.Parse(answer.ToArray())?["ConsumedCapacity"]));
            await wire.WriteAsync(answer.ToArray());
        }

        private static double Consumed(JsonNode? consumed) => consumed switch
        {
            JsonArray tables => tables.Sum(Consumed),
            JsonObject table => (double?)table["CapacityUnits"] ?? 0,
            _ => 0,
        };

        private static bool IsBy(HttpContext context, string accessKey) =>
            context.Request.Headers.Authorization.ToString().Contains($"Credential={accessKey}/", StringComparison.Ordinal);

        /// <summary>The call is served, and its caller hears an error.</summary>
        private async Task LoseAnswerAsync(HttpContext context, CallFault fault)
        {
            var wire = context.Response.Body;
            context.Response.Body = new MemoryStream();
            await service.HandleAsync(context);
            context.Response.Body = wire;
            context.Response.Clear();
            throw fault.Error;
        }

        public Task WriteErrorAsync(HttpContext context, AwsError error) => service.WriteErrorAsync(context, error);

        private async Task<CloudCall> ReadAsync(HttpRequest request)
        {
            var target = request.Headers["X-Amz-Target"].ToString();
            var deletes = request.Method == "POST" && request.Query.ContainsKey("delete");
            if (target.Length == 0 && !deletes) return new(calls.Now, SigningName, request.Method, request.Path + request.QueryString, "");
            request.EnableBuffering();
            using var reader = new StreamReader(request.Body, leaveOpen: true);
            var body = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
            request.Body.Position = 0;
            return target.Length > 0
                ? new(calls.Now, SigningName, target[(target.LastIndexOf('.') + 1)..], "/", body)
                : new(calls.Now, SigningName, request.Method, request.Path + request.QueryString, body);
        }
    }

    private DateTimeOffset Now => time.GetUtcNow();
}

/// <param name="AfterEffect">Whether the call is served all the same.</param>
internal sealed record CallFault(AwsError Error, bool AfterEffect);

/// <param name="Operation">As AWS names it where the protocol does; the HTTP method for S3.</param>
/// <param name="Path">With the query.</param>
internal sealed record CloudCall(DateTimeOffset At, string Service, string Operation, string Path, string Body)
{
    private static readonly HashSet<string> Writes = ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems", "PUT", "POST", "DELETE"];

    public bool IsWrite => Writes.Contains(Operation);

    /// <summary>Whether it names the table or bucket.</summary>
    public bool Concerns(string resource) =>
        Body.Contains($"\"{resource}\"", StringComparison.Ordinal) || Path.StartsWith($"/{resource}", StringComparison.Ordinal);
}
