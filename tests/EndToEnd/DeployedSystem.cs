using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.S3;
using Microsoft.Extensions.DependencyInjection;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Local.CloudFormation;
using ServerlessGdpr.Local.Commands;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Lambda;
using ServerlessGdpr.Local.Lambda.Hosts;
using ServerlessGdpr.Tests.Local.Support;
using Environments = ServerlessGdpr.Infra.Environments;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>A local cloud of its own with the synthesized app in it, on virtual time; the functions are the real ones, hosted in this process.</summary>
internal sealed class DeployedSystem : IAsyncDisposable
{
    /// <summary>Three days after the sample requests were submitted.</summary>
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Patience = TimeSpan.FromHours(2);

    private readonly AwsJson events;
    private readonly AwsJson states;
    private readonly AwsJson queues;
    private readonly CloudClients clients;
    private readonly ConcurrentQueue<string> logs;
    private readonly List<JsonObject> statusEvents = [];
    private string statusQueue = "";

    private DeployedSystem(Cloud cloud, ConcurrentQueue<string> logs)
    {
        Cloud = cloud;
        this.logs = logs;
        events = new AwsJson(cloud, "events", "AWSEvents");
        states = new AwsJson(cloud, "states", "AWSStepFunctions");
        queues = new AwsJson(cloud, "sqs", "AmazonSQS");
        clients = new CloudClients(cloud.Endpoint, cloud.Time);
        cloud.Get<FunctionInvoker>().Fault = Faults;
        Shop = new Shop(DynamoDb, S3);
    }

    public Cloud Cloud { get; }

    public IAmazonDynamoDB DynamoDb => clients.DynamoDb;

    public IAmazonS3 S3 => clients.S3;

    public Shop Shop { get; }

    public SystemStores Stores => new(this, clients);

    public CloudCalls Calls => Cloud.Get<CloudCalls>();

    public FunctionFaults Faults { get; } = new();

    /// <summary>Every line the functions printed.</summary>
    public IEnumerable<string> Logs => logs;

    /// <summary>The details of the status events so far.</summary>
    public IReadOnlyList<JsonObject> StatusEvents => statusEvents;

    public string Workflow => Stack.Outputs["ErasureWorkflowArn"];

    public string AccessWorkflow => Stack.Outputs["AccessWorkflowArn"];

    public string ReplayWorkflow => Stack.Outputs["ReplayWorkflowArn"];

    private DeployedStack Stack => Cloud.Get<Deployments>().Stack("ServerlessGdpr-Workflow");

    /// <summary>With the shop's people in its datastores.</summary>
    public static Task<DeployedSystem> StartAsync(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb, CancellationToken cancellation)
    {
        var lines = new ConcurrentQueue<string>();
        return StartAsync(app, new CloudOptions { VirtualStart = Start, DynamoDb = dynamoDb, FunctionProgram = (environment, stop) => RunAsync(environment, lines, stop) }, lines, cancellation);
    }

    /// <summary>With functions that are processes of their own, and so live on the machine's clock; workflows and queues still wait in no time.</summary>
    public static Task<DeployedSystem> StartWithProcessesAsync(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb, CancellationToken cancellation) =>
        StartAsync(app, new CloudOptions { VirtualStart = TimeProvider.System.GetUtcNow(), DynamoDb = dynamoDb }, [], cancellation);

    private static async Task<DeployedSystem> StartAsync(SynthesizedSystem app, CloudOptions options, ConcurrentQueue<string> lines, CancellationToken cancellation)
    {
        var cloud = await Cloud.StartAsync(options with { ConfigureServices = CloudCalls.Observe }, cancellation);
        var system = new DeployedSystem(cloud, lines);
        system.Calls.Bystander = "local";
        await cloud.Get<Deployer>().DeployAppAsync(app.CloudAssembly, cancellation);
        await system.ListenAsync(cancellation);
        await system.Shop.SeedAsync(cancellation);
        return system;
    }

    /// <summary>A request as its row says.</summary>
    public Task<RequestRecord?> RequestAsync(string requestId, CancellationToken cancellation) => new RequestStore(DynamoDb, Stores.Requests, Cloud.Time).GetAsync(requestId, cancellation);

    /// <summary>The internal id of a sample's request.</summary>
    public static string RequestIdOf(JsonObject sample) => RequestId.Of((string)sample["Source"]!, (string)sample["Detail"]!["subject_request_id"]!);

    public static JsonObject Sample(string name) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Environments.Repository.Find().Root, "events", name)))!.AsObject();

    /// <summary>A function by the end of its handler's name, or a datastore's by the datastore's.</summary>
    public FunctionDefinition Function(string handlerOrDatastore) => Cloud.Get<FunctionCatalog>().All.Single(function =>
        function.Handler == handlerOrDatastore || function.Variables.GetValueOrDefault("DATASTORE", "") == handlerOrDatastore);

    /// <summary>Puts a sample event, its detail changed where a test says so, on the system's bus.</summary>
    /// <returns>The event's id.</returns>
    public async Task<string> PublishAsync(JsonObject entry, CancellationToken cancellation) => (await PublishAsync([entry], cancellation))[0];

    /// <summary>Puts up to ten events at once.</summary>
    public async Task<IReadOnlyList<string>> PublishAsync(IReadOnlyList<JsonObject> entries, CancellationToken cancellation)
    {
        var bus = Stack.Outputs["EventBusName"];
        var put = entries.Select(entry => new JsonObject
        {
            ["EventBusName"] = bus,
            ["Source"] = entry["Source"]!.DeepClone(),
            ["DetailType"] = entry["DetailType"]!.DeepClone(),
            ["Detail"] = entry["Detail"]!.ToJsonString(),
        });
        var answer = await events.CallAsync("PutEvents", new JsonObject { ["Entries"] = new JsonArray([.. put]) }, cancellation);
        return (int?)answer["FailedEntryCount"] == 0
            ? [.. answer["Entries"]!.AsArray().Select(entry => (string)entry!["EventId"]!)]
            : throw new InvalidOperationException(answer.ToJsonString());
    }

    /// <summary>Lets everything happen that happens within a span.</summary>
    public async Task AdvanceAsync(TimeSpan span, CancellationToken cancellation)
    {
        await Cloud.VirtualTime.AdvanceAsync(span, cancellation);
        await CollectAsync(cancellation);
    }

    /// <summary>Lets everything happen that waits for no clock.</summary>
    public Task SettleAsync(CancellationToken cancellation) => AdvanceAsync(TimeSpan.Zero, cancellation);

    /// <summary>Ends what is done every hour or day, so that a month costs no more than a moment.</summary>
    public async Task StopWatchingAsync(CancellationToken cancellation)
    {
        using var http = new HttpClient();
        foreach (var schedule in Cloud.Get<Deployments>().OfType("AWS::Scheduler::Schedule"))
        {
            using var request = new HttpRequestMessage(HttpMethod.Delete, new Uri(Cloud.Endpoint, $"schedules/{schedule.Ref}"));
            request.Headers.TryAddWithoutValidation("Authorization", AwsJson.Authorization("scheduler"));
            using var answer = await http.SendAsync(request, cancellation);
            answer.EnsureSuccessStatusCode();
        }
    }

    /// <summary>What the hourly watch does, now.</summary>
    public async Task WatchAsync(CancellationToken cancellation)
    {
        var answer = await Cloud.Get<FunctionInvoker>().InvokeAsync(Function("WatchDeadlines").Arn, "{}", cancellation);
        if (answer.FunctionError is not null) throw new InvalidOperationException(answer.Payload);
    }

    /// <summary>Moves the clock until a status event matches.</summary>
    public async Task<JsonObject> StatusAsync(Func<JsonObject, bool> wanted, CancellationToken cancellation, TimeSpan? limit = null)
    {
        JsonObject? found = null;
        try
        {
            await Cloud.VirtualTime.AdvanceUntilAsync(
                async () =>
                {
                    await CollectAsync(cancellation);
                    return (found = statusEvents.FirstOrDefault(wanted)) is not null;
                },
                limit ?? Patience,
                cancellation);
        }
        catch (TimeoutException timeout)
        {
            throw new TimeoutException($"{timeout.Message}\n{await DescribeAsync(cancellation)}", timeout);
        }

        return found!;
    }

    /// <summary>What a failing test needs to see.</summary>
    public async Task<string> DescribeAsync(CancellationToken cancellation)
    {
        var text = new StringBuilder();
        foreach (var detail in statusEvents) text.AppendLine(detail.ToJsonString());
        foreach (var execution in (await ExecutionsAsync(cancellation)).Concat(await ExecutionsAsync(AccessWorkflow, cancellation)).Concat(await ExecutionsAsync(ReplayWorkflow, cancellation))) text.AppendLine($"{execution.Name} {execution.Status}: {string.Join(", ", execution.States.TakeLast(60))}; {string.Join(", ", execution.Failures.TakeLast(20))}");
        foreach (var fault in Cloud.Get<BackgroundWork>().Faults) text.AppendLine(fault.ToString());
        return text.AppendJoin('\n', logs.TakeLast(40)).ToString();
    }

    public Task<JsonObject> StatusAsync(string status, CancellationToken cancellation, TimeSpan? limit = null) =>
        StatusAsync(detail => (string?)detail["request_status"] == status, cancellation, limit);

    /// <summary>Moves the clock until a restore stands so.</summary>
    public Task<JsonObject> RestoreStatusAsync(string status, CancellationToken cancellation, TimeSpan? limit = null) =>
        StatusAsync(detail => (string?)detail["restore_status"] == status, cancellation, limit);

    /// <summary>Moves the clock until an event has been given up; that takes intake some hours.</summary>
    public Task<JsonObject> DeadLetterAsync(CancellationToken cancellation) => StatusAsync(
        detail => detail["reasons"]?.AsArray().Any(reason => (string?)reason!["code"] == "dead_letter") is true, cancellation, TimeSpan.FromHours(6));

    /// <summary>The executions of the erasure workflow, oldest first.</summary>
    public Task<IReadOnlyList<Execution>> ExecutionsAsync(CancellationToken cancellation) => ExecutionsAsync(Workflow, cancellation);

    /// <summary>The executions of a workflow, oldest first.</summary>
    public async Task<IReadOnlyList<Execution>> ExecutionsAsync(string workflow, CancellationToken cancellation)
    {
        var executions = new List<Execution>();
        foreach (var listed in (await ListAsync(workflow, cancellation)).Reverse())
            executions.Add(new Execution((string)listed["name"]!, (string)listed["status"]!, await HistoryAsync((string)listed["executionArn"]!, cancellation)));
        return executions;
    }

    /// <summary>The status of each execution of the erasure workflow, by name.</summary>
    public async Task<IReadOnlyDictionary<string, string>> StatusesAsync(CancellationToken cancellation) =>
        (await ListAsync(Workflow, cancellation)).ToDictionary(listed => (string)listed["name"]!, listed => (string)listed["status"]!, StringComparer.Ordinal);

    /// <summary>From now on, erasures that start do nothing for a year.</summary>
    public async Task PauseErasuresAsync(CancellationToken cancellation)
    {
        const string Pause = """{"StartAt":"Pause","States":{"Pause":{"Type":"Wait","Seconds":31536000,"End":true}}}""";
        var answer = await states.CallAsync("UpdateStateMachine", new JsonObject { ["stateMachineArn"] = Workflow, ["definition"] = Pause }, cancellation);
        if (answer["updateDate"] is null) throw new InvalidOperationException(answer.ToJsonString());
    }

    /// <summary>The workflow as it is after the datastore left the data map.</summary>
    public async Task RetireAsync(string workflow, string datastore, CancellationToken cancellation)
    {
        var machine = await states.CallAsync("DescribeStateMachine", new JsonObject { ["stateMachineArn"] = workflow }, cancellation);
        var definition = JsonNode.Parse((string)machine["definition"]!)!;
        foreach (var (_, state) in definition["States"]!.AsObject()) state!["Parameters"]?["Payload"]?["functions"]?.AsObject().Remove(datastore);
        await states.CallAsync("UpdateStateMachine", new JsonObject { ["stateMachineArn"] = workflow, ["definition"] = definition.ToJsonString() }, cancellation);
    }

    public Task StopExecutionAsync(string workflow, string name, CancellationToken cancellation) => states.CallAsync(
        "StopExecution", new JsonObject { ["executionArn"] = $"{workflow.Replace(":stateMachine:", ":execution:", StringComparison.Ordinal)}:{name}" }, cancellation);

    /// <summary>From now on nobody is told how executions end.</summary>
    public async Task LoseExecutionEventsAsync(CancellationToken cancellation)
    {
        var rules = Cloud.Get<Deployments>().OfType("AWS::Events::Rule").Where(rule => rule.Properties["EventPattern"]?["source"]?.ToJsonString() == """["aws.states"]""").ToList();
        if (rules.Count == 0) throw new InvalidOperationException("No rule is about executions.");
        foreach (var rule in rules) await events.CallAsync("DisableRule", new JsonObject { ["Name"] = rule.Ref }, cancellation);
    }

    /// <summary>How many messages a queue holds, visible or not.</summary>
    public async Task<int> CountMessagesAsync(DeployedResource queue, CancellationToken cancellation)
    {
        var answer = await queues.CallAsync(
            "GetQueueAttributes",
            new JsonObject { ["QueueUrl"] = queue.Ref, ["AttributeNames"] = new JsonArray("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible") },
            cancellation);
        return answer["Attributes"]!.AsObject().Sum(attribute => int.Parse((string)attribute.Value!));
    }

    /// <summary>Puts a message into the intake queue as it is, past the bus.</summary>
    public Task DeliverAsync(string body, CancellationToken cancellation)
    {
        var intake = Cloud.Get<Deployments>().OfType("AWS::SQS::Queue").Single(queue => queue.LogicalId.StartsWith("IntakeQueue", StringComparison.Ordinal) && queue.Properties.ContainsKey("RedrivePolicy"));
        return queues.CallAsync("SendMessage", new JsonObject { ["QueueUrl"] = intake.Ref, ["MessageBody"] = body }, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        events.Dispose();
        states.Dispose();
        queues.Dispose();
        clients.Dispose();
        await Cloud.DisposeAsync();
    }

    private static async Task RunAsync(FunctionEnvironment environment, ConcurrentQueue<string> lines, CancellationToken stop)
    {
        await using var output = new LineWriter(line =>
        {
            lines.Enqueue(line);
            environment.WriteLine(line);
        });
        await FunctionHost.RunAsync(environment.Variables, new FunctionClock(environment.Clock), stop, output);
    }

    private Task<IReadOnlyList<JsonObject>> HistoryAsync(string executionArn, CancellationToken cancellation) =>
        PagesAsync("GetExecutionHistory", new JsonObject { ["executionArn"] = executionArn }, "events", cancellation);

    /// <summary>The executions of a workflow, the latest first.</summary>
    private Task<IReadOnlyList<JsonObject>> ListAsync(string workflow, CancellationToken cancellation) =>
        PagesAsync("ListExecutions", new JsonObject { ["stateMachineArn"] = workflow }, "executions", cancellation);

    private async Task<IReadOnlyList<JsonObject>> PagesAsync(string operation, JsonObject request, string member, CancellationToken cancellation)
    {
        var all = new List<JsonObject>();
        request["maxResults"] = 1000;
        while (true)
        {
            var page = await states.CallAsync(operation, request, cancellation);
            all.AddRange(page[member]!.AsArray().Select(one => one!.AsObject()));
            if (page["nextToken"] is not { } next) return all;
            request["nextToken"] = next.DeepClone();
        }
    }

    /// <summary>An upstream app's own rule and queue: status events as an app would get them.</summary>
    private async Task ListenAsync(CancellationToken cancellation)
    {
        statusQueue = (string)(await queues.CallAsync("CreateQueue", new JsonObject { ["QueueName"] = "app-status-events" }, cancellation))["QueueUrl"]!;
        var bus = Stack.Outputs["EventBusName"];
        await events.CallAsync(
            "PutRule", new JsonObject { ["Name"] = "app-status", ["EventBusName"] = bus, ["EventPattern"] = """{"source":["serverless-gdpr"]}""" }, cancellation);
        var target = new JsonObject { ["Id"] = "queue", ["Arn"] = $"arn:aws:sqs:{CloudOptions.Region}:{CloudOptions.Account}:app-status-events" };
        await events.CallAsync("PutTargets", new JsonObject { ["Rule"] = "app-status", ["EventBusName"] = bus, ["Targets"] = new JsonArray(target) }, cancellation);
    }

    private async Task CollectAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var answer = await queues.CallAsync("ReceiveMessage", new JsonObject { ["QueueUrl"] = statusQueue, ["MaxNumberOfMessages"] = 10 }, cancellation);
            if (answer["Messages"] is not JsonArray { Count: > 0 } messages) return;
            statusEvents.AddRange(messages.Select(message => JsonNode.Parse((string)message!["Body"]!)!["detail"]!.AsObject()));
            var read = messages.Select((message, number) => new JsonObject { ["Id"] = $"{number}", ["ReceiptHandle"] = message!["ReceiptHandle"]!.DeepClone() });
            await queues.CallAsync("DeleteMessageBatch", new JsonObject { ["QueueUrl"] = statusQueue, ["Entries"] = new JsonArray([.. read]) }, cancellation);
        }
    }
}
