using System.Text.Json.Nodes;
using ServerlessGdpr.Local.DynamoDb;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>P6: what comes again has no further effect.</summary>
public sealed class RepetitionTests(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb) : SystemTest(app, dynamoDb)
{
    private static readonly string[] Samples =
    [
        "erasure-requested.json", "rejected/conflict.json", "erasure-dry-run.json", "erasure-requested-another-person.json", "rejected/identity-empty.json",
        "erasure-requested-unreachable-datastore.json", "request-cancelled.json",
    ];

    [Fact]
    public async Task Every_message_may_be_delivered_again_and_again()
    {
        LockUploadsAway();
        var messages = Samples.Select(Message).ToList();
        foreach (var message in messages)
        {
            await Live.DeliverAsync(message, Cancellation);
            await Live.AdvanceAsync(TimeSpan.FromMinutes(10), Cancellation);

            // Only the first request waits for an operator.
            Live.Calls.Allow();
        }

        var decision = Message("operator-decided-retry.json");
        await Live.DeliverAsync(decision, Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromMinutes(30), Cancellation);
        CountOf("completed").ShouldBe(3);
        CountOf("rejected").ShouldBe(2);
        var executions = await Live.ExecutionsAsync(Cancellation);
        var told = Live.StatusEvents.Select(detail => detail.ToJsonString()).ToList();
        var stored = await Live.Stores.EverythingAsync(Cancellation);

        for (var again = 0; again < 2; again++)
        {
            foreach (var message in messages.Append(decision).Reverse()) await Live.DeliverAsync(message, Cancellation);
            await Live.AdvanceAsync(TimeSpan.FromMinutes(30), Cancellation);
        }

        executions.Count.ShouldBe(4);
        (await Live.ExecutionsAsync(Cancellation)).Select(run => (run.Name, run.Status)).ShouldBe(executions.Select(run => (run.Name, run.Status)));
        (await Live.Stores.EverythingAsync(Cancellation)).ShouldBe(stored, ignoreOrder: true);
        Live.StatusEvents.Select(detail => detail.ToJsonString()).ShouldBe(told);
    }

    /// <summary>The message that EventBridge makes of a sample, the same each time.</summary>
    private static string Message(string name)
    {
        var sample = DeployedSystem.Sample(name);
        var hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name));
        return new JsonObject
        {
            ["version"] = "0",
            ["id"] = new Guid(hash.AsSpan(0, 16)).ToString(),
            ["detail-type"] = sample["DetailType"]!.DeepClone(),
            ["source"] = sample["Source"]!.DeepClone(),
            ["account"] = "000000000000",
            ["time"] = "2026-11-23T09:00:00Z",
            ["region"] = "eu-west-1",
            ["resources"] = new JsonArray(),
            ["detail"] = sample["Detail"]!.DeepClone(),
        }.ToJsonString();
    }
}
