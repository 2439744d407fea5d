using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Amazon.S3;
using Microsoft.Extensions.DependencyInjection;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Local.CloudFormation;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.Hosting;
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
        var credentials = new BasicAWSCredentials("test", "test");
        DynamoDb = new AmazonDynamoDBClient(credentials, new AmazonDynamoDBConfig { ServiceURL = cloud.Endpoint.ToString(), AuthenticationRegion = CloudOptions.Region });
        S3 = new AmazonS3Client(credentials, new AmazonS3Config { ServiceURL = cloud.Endpoint.ToString(), AuthenticationRegion = CloudOptions.Region, ForcePathStyle = true });
        Shop = new Shop(DynamoDb, S3);
    }

    public Cloud Cloud { get; }

    public IAmazonDynamoDB DynamoDb { get; }

    public IAmazonS3 S3 { get; }

    public Shop Shop { get; }

    /// <summary>Every line the functions printed.</summary>
    public IEnumerable<string> Logs => logs;

    /// <summary>The details of the status events so far.</summary>
    public IReadOnlyList<JsonObject> StatusEvents => statusEvents;

    public string Workflow => Stack.Outputs["ErasureWorkflowArn"];

    private DeployedStack Stack => Cloud.Get<Deployments>().Stack("ServerlessGdpr-Workflow");

    public static async Task<DeployedSystem> StartAsync(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb, CancellationToken cancellation, Action<IServiceCollection>? services = null)
    {
        var lines = new ConcurrentQueue<string>();
        var cloud = await Cloud.StartAsync(
            new CloudOptions { VirtualStart = Start, DynamoDb = dynamoDb, FunctionProgram = (environment, stop) => RunAsync(environment, lines, stop), ConfigureServices = services },
            cancellation);
        var system = new DeployedSystem(cloud, lines);
        await cloud.Get<Deployer>().DeployAppAsync(app.CloudAssembly, cancellation);
        await system.ListenAsync(cancellation);
        return system;
    }

    public static JsonObject Sample(string name) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Environments.Repository.Find().Root, "events", name)))!.AsObject();

    public string TableName(string logicalPrefix) => Resource("ServerlessGdpr-Stateful", "AWS::DynamoDB::Table", logicalPrefix).Ref;

    public string EvidenceBucket => Resource("ServerlessGdpr-Stateful", "AWS::S3::Bucket", "Evidence").Ref;

    public DeployedResource Resource(string stack, string type, string logicalPrefix) =>
        Cloud.Get<Deployments>().Stack(stack).Resources.Single(resource => resource.Type == type && resource.LogicalId.StartsWith(logicalPrefix, StringComparison.Ordinal));

    /// <summary>Puts a sample event, its detail changed where a test says so, on the system's bus.</summary>
    public async Task PublishAsync(JsonObject entry, CancellationToken cancellation)
    {
        var answer = await events.CallAsync(
            "PutEvents",
            new JsonObject
            {
                ["Entries"] = new JsonArray(new JsonObject
                {
                    ["EventBusName"] = Stack.Outputs["EventBusName"],
                    ["Source"] = entry["Source"]!.DeepClone(),
                    ["DetailType"] = entry["DetailType"]!.DeepClone(),
                    ["Detail"] = entry["Detail"]!.ToJsonString(),
                }),
            },
            cancellation);
        if ((int?)answer["FailedEntryCount"] != 0) throw new InvalidOperationException(answer.ToJsonString());
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
        foreach (var execution in await ExecutionsAsync(cancellation)) text.AppendLine(execution.ToJsonString());
        foreach (var fault in Cloud.Get<BackgroundWork>().Faults) text.AppendLine(fault.ToString());
        return text.AppendJoin('\n', logs.TakeLast(40)).ToString();
    }

    public Task<JsonObject> StatusAsync(string status, CancellationToken cancellation, TimeSpan? limit = null) =>
        StatusAsync(detail => (string?)detail["request_status"] == status, cancellation, limit);

    public async Task<IReadOnlyList<JsonObject>> ExecutionsAsync(CancellationToken cancellation)
    {
        var answer = await states.CallAsync("ListExecutions", new JsonObject { ["stateMachineArn"] = Workflow }, cancellation);
        return [.. answer["executions"]!.AsArray().Select(execution => execution!.AsObject())];
    }

    public async Task<string> HistoryAsync(string executionArn, CancellationToken cancellation) =>
        (await states.CallAsync("GetExecutionHistory", new JsonObject { ["executionArn"] = executionArn, ["maxResults"] = 1000 }, cancellation)).ToJsonString();

    public async ValueTask DisposeAsync()
    {
        events.Dispose();
        states.Dispose();
        queues.Dispose();
        DynamoDb.Dispose();
        S3.Dispose();
        await Cloud.DisposeAsync();
    }

    private static async Task RunAsync(FunctionEnvironment environment, ConcurrentQueue<string> lines, CancellationToken stop)
    {
        await using var output = new LineWriter(line =>
        {
            lines.Enqueue(line);
            environment.WriteLine(line);
        });
        await FunctionHost.RunAsync(environment.Variables, environment.Clock, stop, output);
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
            foreach (var message in messages)
            {
                statusEvents.Add(JsonNode.Parse((string)message!["Body"]!)!["detail"]!.AsObject());
                await queues.CallAsync(
                    "DeleteMessage", new JsonObject { ["QueueUrl"] = statusQueue, ["ReceiptHandle"] = message["ReceiptHandle"]!.DeepClone() }, cancellation);
            }
        }
    }

    /// <summary>Hands on what is written, line by line.</summary>
    private sealed class LineWriter(Action<string> line) : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void WriteLine(string? value) => line(value ?? "");
    }
}
