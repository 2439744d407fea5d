using System.Text.Json.Nodes;
using ServerlessGdpr.Local.CloudFormation;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Tests.Local.Support;

/// <summary>Keeps the AWS events of a cloud's default bus in a queue until they are looked at.</summary>
internal sealed class DefaultBus(Cloud cloud)
{
    private const string Template =
        """
        {"Resources":{
          "Queue":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":"seen"}},
          "Rule":{"Type":"AWS::Events::Rule","Properties":{"EventPattern":{"source":[{"prefix":"aws."}]},"Targets":[{"Id":"seen","Arn":{"Fn::GetAtt":["Queue","Arn"]}}]}}}}
        """;

    public static async Task<DefaultBus> WatchAsync(Cloud cloud, CancellationToken cancellation)
    {
        await cloud.Get<Deployer>().DeployTemplateAsync("watch", Template, null, cancellation);
        return new DefaultBus(cloud);
    }

    /// <summary>The envelopes that came since the last look, in the order of their instants.</summary>
    public async Task<IReadOnlyList<JsonObject>> TakeAsync(CancellationToken cancellation)
    {
        await cloud.Get<InFlight>().RestAsync(cancellation);
        var (queues, arn, seen) = (cloud.Get<IQueues>(), Arns.Of("sqs", "seen"), new List<JsonObject>());
        while (await queues.ReceiveAsync(arn, 10, TimeSpan.Zero, cancellation) is { Count: > 0 } messages)
        {
            foreach (var message in messages)
            {
                seen.Add(JsonNode.Parse(message.Body)!.AsObject());
                await queues.DeleteAsync(arn, message.ReceiptHandle, cancellation);
            }
        }

        return [.. seen.OrderBy(envelope => envelope["time"]!.ToString(), StringComparer.Ordinal)];
    }
}
