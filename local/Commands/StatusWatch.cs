using System.Text.Json.Nodes;
using ServerlessGdpr.Local.CloudFormation;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Commands;

/// <summary>Listens on the bus as an upstream app does: a rule and a queue in a stack of their own.</summary>
public sealed class StatusWatch
{
    private const string Stack = "ServerlessGdpr-CommandLine";
    private readonly Lock gate = new();
    private readonly List<StatusEvent> events = [];
    private readonly List<RestoreStatus> restores = [];
    private readonly List<string> envelopes = [];
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private StatusWatch(string queueArn) => QueueArn = queueArn;

    public string QueueArn { get; }

    public IReadOnlyList<StatusEvent> Events
    {
        get
        {
            lock (gate) return [.. events];
        }
    }

    /// <summary>The events as they came, for whoever searches them.</summary>
    public IReadOnlyList<string> Envelopes
    {
        get
        {
            lock (gate) return [.. envelopes];
        }
    }

    public static async Task<StatusWatch> StartAsync(Cloud cloud, string busName, CancellationToken cancellation)
    {
        var stack = await cloud.Get<Deployer>().DeployTemplateAsync(Stack, Template(busName), null, cancellation);
        var watch = new StatusWatch(stack.Resource("Queue").Arn);
        var queues = cloud.Get<IQueues>();
        cloud.Get<BackgroundWork>().Loop(stopping => watch.ListenAsync(queues, stopping));
        return watch;
    }

    /// <summary>Completes when <paramref name="condition"/> holds of all events so far.</summary>
    public Task UntilAsync(Func<IReadOnlyList<StatusEvent>, bool> condition, CancellationToken cancellation) => UntilAsync(() => condition(events), cancellation);

    /// <summary>Completes with the first event about a restore that meets <paramref name="condition"/>.</summary>
    public async Task<RestoreStatus> UntilRestoreAsync(Func<RestoreStatus, bool> condition, CancellationToken cancellation)
    {
        RestoreStatus? found = null;
        await UntilAsync(() => (found = restores.Find(status => condition(status))) is not null, cancellation);
        return found!;
    }

    private async Task UntilAsync(Func<bool> condition, CancellationToken cancellation)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (condition()) return;
                next = changed.Task;
            }

            await next.WaitAsync(cancellation);
        }
    }

    private async Task ListenAsync(IQueues queues, CancellationToken cancellation)
    {
        while (true)
        {
            foreach (var message in await queues.ReceiveAsync(QueueArn, 10, TimeSpan.FromDays(1), cancellation))
            {
                lock (gate)
                {
                    if (RestoreStatus.Parse(message.Body) is { } restore) restores.Add(restore);
                    else events.Add(StatusEvent.Parse(message.Body));
                    envelopes.Add(message.Body);
                    changed.SetResult();
                    changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                await queues.DeleteAsync(QueueArn, message.ReceiptHandle, cancellation);
            }
        }
    }

    private static string Template(string busName) => new JsonObject
    {
        ["Resources"] = new JsonObject
        {
            ["Queue"] = new JsonObject { ["Type"] = "AWS::SQS::Queue" },
            ["Rule"] = new JsonObject
            {
                ["Type"] = "AWS::Events::Rule",
                ["Properties"] = new JsonObject
                {
                    ["EventBusName"] = busName,
                    ["EventPattern"] = new JsonObject { ["source"] = new JsonArray("serverless-gdpr"), ["detail-type"] = new JsonArray("RequestStatusChanged", RestoreStatus.DetailType) },
                    ["Targets"] = new JsonArray(new JsonObject { ["Id"] = "queue", ["Arn"] = new JsonObject { ["Fn::GetAtt"] = new JsonArray("Queue", "Arn") } }),
                },
            },
        },
    }.ToJsonString();
}
