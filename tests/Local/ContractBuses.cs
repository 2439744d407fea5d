using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Tests.Local.Support;
using ServerlessGdpr.Tests.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local;

/// <summary>EventBridge and SQS of the local cloud, or of another implementation, as their clients see them: a bus, a queue, and more by names of their own.</summary>
public sealed class ContractBuses : IAsyncLifetime
{
    /// <summary>How long another implementation may take until it delivers.</summary>
    private const int PatienceSeconds = 5;

    private readonly string run = Guid.NewGuid().ToString("n");
    private ContractTarget target = null!;
    private AwsJson events = null!;
    private AmazonSQSClient sqs = null!;
    private int names;

    /// <summary>Null for another implementation.</summary>
    internal Cloud? Cloud { get; private set; }

    internal string Bus { get; private set; } = null!;

    internal ContractQueue Queue { get; private set; } = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        if (ContractTarget.Of("EVENTBRIDGE") is { } other)
        {
            target = other;
        }
        else
        {
            Cloud = await Clouds.StartAsync(Cancellation);
            target = ContractTarget.Local(Cloud.Endpoint);
        }

        events = new AwsJson(target, "events", "AWSEvents");
        sqs = new AmazonSQSClient(
            new BasicAWSCredentials(target.AccessKey, target.SecretKey),
            new AmazonSQSConfig { ServiceURL = target.Endpoint, AuthenticationRegion = target.Region });
        Bus = await CreateBusAsync();
        Queue = await CreateQueueAsync();
    }

    public async ValueTask DisposeAsync()
    {
        events.Dispose();
        sqs.Dispose();
        if (Cloud is not null) await Cloud.DisposeAsync();
    }

    /// <returns>Null when the answer is none of an error.</returns>
    internal static string? Error(JsonObject answer) => ((string?)answer["__type"])?.Split('#')[^1];

    internal static JsonObject Entry(string source, string detail = "{}", params string[] resources) => new()
    {
        ["Source"] = source,
        ["DetailType"] = "ErasureRequested",
        ["Detail"] = detail,
        ["Resources"] = new JsonArray([.. resources]),
        ["Time"] = Clouds.Start.ToUnixTimeSeconds(),
    };

    internal string NewName(string kind) => $"{kind}-{run}-{Interlocked.Increment(ref names)}";

    internal Task<JsonObject> CallAsync(string operation, JsonObject request) => events.CallAsync(operation, request, Cancellation);

    internal async Task<string> CreateBusAsync()
    {
        var name = NewName("bus");
        var answer = await CallAsync("CreateEventBus", new JsonObject { ["Name"] = name });
        answer["EventBusArn"].ShouldNotBeNull(answer.ToJsonString());
        return name;
    }

    internal async Task<ContractQueue> CreateQueueAsync()
    {
        var url = (await sqs.CreateQueueAsync(NewName("queue"), Cancellation)).QueueUrl;
        var arn = (await sqs.GetQueueAttributesAsync(url, ["QueueArn"], Cancellation)).QueueARN;
        var policy = $$$"""{"Statement":[{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"{{{arn}}}"}]}""";
        if (Cloud is null) await sqs.SetQueueAttributesAsync(url, new Dictionary<string, string> { ["Policy"] = policy }, Cancellation);
        return new ContractQueue(url, arn);
    }

    internal Task<JsonObject> PutRuleAsync(string name, string pattern, string? bus = null) =>
        CallAsync("PutRule", new JsonObject { ["Name"] = name, ["EventBusName"] = bus ?? Bus, ["EventPattern"] = pattern });

    internal async Task PutTargetAsync(string rule, JsonObject member, string? bus = null)
    {
        var answer = await TryPutTargetAsync(rule, member, bus);
        ((int?)answer["FailedEntryCount"]).ShouldBe(0, answer.ToJsonString());
    }

    internal Task<JsonObject> TryPutTargetAsync(string rule, JsonObject member, string? bus = null) =>
        CallAsync("PutTargets", new JsonObject { ["Rule"] = rule, ["EventBusName"] = bus ?? Bus, ["Targets"] = new JsonArray(member) });

    /// <summary>Puts entries on <see cref="Bus"/> that name no other.</summary>
    internal Task<JsonObject> PutAsync(params JsonObject[] entries)
    {
        foreach (var entry in entries) entry["EventBusName"] ??= Bus;
        return CallAsync("PutEvents", new JsonObject { ["Entries"] = new JsonArray([.. entries]) });
    }

    /// <summary>Takes messages from a queue until enough have come, or no more do.</summary>
    internal async Task<IReadOnlyList<Message>> ReceiveAsync(ContractQueue queue, int enough = int.MaxValue)
    {
        if (Cloud is not null) await Cloud.VirtualTime.AdvanceAsync(TimeSpan.Zero, Cancellation);
        var request = new ReceiveMessageRequest(queue.Url) { MaxNumberOfMessages = 10, MessageAttributeNames = ["All"], WaitTimeSeconds = Cloud is null ? PatienceSeconds : 0 };
        List<Message> received = [];
        while (received.Count < enough && (await sqs.ReceiveMessageAsync(request, Cancellation)).Messages is { Count: > 0 } messages)
        {
            foreach (var message in messages) await sqs.DeleteMessageAsync(queue.Url, message.ReceiptHandle, Cancellation);
            received.AddRange(messages);
        }

        return received;
    }
}

internal sealed record ContractQueue(string Url, string Arn)
{
    public string Region => Arn.Split(':')[3];

    public string Account => Arn.Split(':')[4];

    public JsonObject Target(params (string Name, JsonNode Value)[] more)
    {
        var target = new JsonObject { ["Id"] = "queue", [nameof(Arn)] = Arn };
        foreach (var (name, value) in more) target[name] = value;
        return target;
    }
}
