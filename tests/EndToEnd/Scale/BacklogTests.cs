using System.Text.Json.Nodes;
using ServerlessGdpr.Local.CloudFormation;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Lambda;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd.Scale;

/// <summary>Intake stands still while <c>SCALE_EVENTS</c> events come, and then catches up. The erasures themselves are not what is tested.</summary>
public sealed class BacklogTests(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb) : SystemTest(app, dynamoDb)
{
    /// <summary>Every tenth is broken, every fifth comes twice, and a few can never be taken in.</summary>
    private const int BrokenEvery = 10, TwiceEvery = 5, Impossible = 3;

    private static readonly int Events = ScaleSize.Of("SCALE_EVENTS", 1_000);

    private static readonly string[] Broken = ["submitted-time-without-offset", "missing-regulation", "identity-empty", "request-type-unknown"];

    /// <summary>Six times the timeout of the function that reads the queue.</summary>
    private static readonly TimeSpan Visibility = TimeSpan.FromMinutes(6);

    [Fact]
    public async Task A_backlog_drains_and_each_event_of_it_is_accepted_once_or_rejected_or_kept_as_a_dead_letter()
    {
        Live.Calls.IsNoting = false;
        await Live.StopWatchingAsync(Cancellation);
        await Live.PauseErasuresAsync(Cancellation);
        var outage = new Outage(Live.Function("ReceiveRequest").Name);
        Live.Faults.Plan(outage);
        var (asking, broken) = await PublishAsync();
        await Live.SettleAsync(Cancellation);
        (await CountAsync()).ShouldBe(Events);
        (await Live.Stores.RowsAboutRequestsAsync(Cancellation)).ShouldBeEmpty();

        outage.IsOver = true;
        await Live.AdvanceAsync(Visibility, Cancellation);

        var (impossible, possible) = (asking.Take(Impossible).ToList(), asking.Skip(Impossible).ToList());
        (await CountAsync()).ShouldBe(Impossible);
        var stored = await ReadAsync();
        AreSame(stored.Rows("event#", "/rejection"), broken);
        AreSame(Live.StatusEvents.Where(detail => (string?)detail["request_status"] == "rejected").Select(detail => (string)detail["source_event_id"]!), broken);
        await AreAcceptedOnceAsync(possible, stored);

        // Fifty attempts each.
        await Live.AdvanceAsync(50 * Visibility, Cancellation);

        (await CountAsync()).ShouldBe(0);
        stored = await ReadAsync();
        stored.Rows("event#", "/dead-letter").Count().ShouldBe(Impossible);
        stored.Vault.Count(Stored.IsDeadLetter).ShouldBe(Impossible);
        AreSame(Told("failed"), impossible.Select(one => one.Id));
        await AreAcceptedOnceAsync(possible, stored);
    }

    /// <returns>Who asked, those first whose requests cannot be taken in, and the ids of broken events.</returns>
    private async Task<(IReadOnlyList<Asking> Asking, IReadOnlyList<string> Broken)> PublishAsync()
    {
        var brokenOnes = Events / BrokenEvery;
        var twice = Events / TwiceEvery;
        var asking = new Crowd(Events - brokenOnes - twice).People;
        foreach (var one in asking.Take(Impossible)) Live.Calls.Refuse("TransactWriteItems", $"request#{one.RequestId}", DeniedByDynamoDb());

        List<(JsonObject Event, bool IsBroken)> all =
        [
            .. asking.Select(one => (one.Event(), false)),
            .. asking.TakeLast(twice).Select(one => (one.Event(), false)),
            .. Enumerable.Range(0, brokenOnes).Select(number => (DeployedSystem.Sample($"rejected/{Broken[number % Broken.Length]}.json"), true)),
        ];
        var broken = new List<string>();
        foreach (var some in Mixed(all).Chunk(10))
        {
            var ids = await Live.PublishAsync([.. some.Select(one => one.Event)], Cancellation);
            broken.AddRange(some.Zip(ids).Where(one => one.First.IsBroken).Select(one => one.Second));
        }

        return (asking, broken);
    }

    /// <summary>In another order, and in the same at every run.</summary>
    private static T[] Mixed<T>(IEnumerable<T> all)
    {
        var mixed = all.ToArray();
        new Random(1).Shuffle(mixed);
        return mixed;
    }

    private async Task<int> CountAsync()
    {
        var count = 0;
        foreach (var queue in Live.Cloud.Get<Deployments>().OfType("AWS::SQS::Queue")) count += await Live.CountMessagesAsync(queue, Cancellation);
        return count;
    }

    private async Task<Stored> ReadAsync() => new(
        [.. (await Live.Stores.RowsAboutRequestsAsync(Cancellation)).Select(row => row.Key)], [.. (await Live.Stores.VaultItemsAsync(Cancellation)).Select(item => item.Key)]);

    private async Task AreAcceptedOnceAsync(List<Asking> asking, Stored stored)
    {
        var ids = asking.ConvertAll(one => one.RequestId);
        AreSame(stored.Rows("request#", "/request"), ids);
        AreSame(
            stored.Vault.Where(key => !Stored.IsDeadLetter(key)),
            ids.SelectMany(id => new[] { $"customers#{id}/identities", $"orders#{id}/identities", $"uploads#{id}/identities", $"@request#{id}/callbacks" }));
        AreSame((await Live.StatusesAsync(Cancellation)).Keys, ids);
        AreSame(Told("pending").Distinct(), asking.Select(one => one.Id));
    }

    private IEnumerable<string> Told(string status) =>
        Live.StatusEvents.Where(detail => (string?)detail["request_status"] == status).Select(detail => (string)detail["subject_request_id"]!);

    /// <summary>In any order. Shouldly's own comparison takes time with the square of the number.</summary>
    private static void AreSame(IEnumerable<string> actual, IEnumerable<string> expected) =>
        actual.Order(StringComparer.Ordinal).ToList().ShouldBe(expected.Order(StringComparer.Ordinal).ToList());

    /// <summary>The keys of what is in the system's stores.</summary>
    private sealed record Stored(IReadOnlyList<string> Requests, IReadOnlyList<string> Vault)
    {
        public static bool IsDeadLetter(string key) => key.StartsWith("@dead-letter#", StringComparison.Ordinal);

        /// <summary>What is between the beginning and the end of keys that have both.</summary>
        public IEnumerable<string> Rows(string from, string to) => Requests
            .Where(key => key.StartsWith(from, StringComparison.Ordinal) && key.EndsWith(to, StringComparison.Ordinal)).Select(key => key[from.Length..^to.Length]);
    }

    /// <summary>No call of the function is served.</summary>
    private sealed class Outage(string function) : IInvocationFault
    {
        public bool IsOver { get; set; }

        public Fault? Choose(string functionName, string payload) => !IsOver && functionName == function ? new Fault.Throttled() : null;
    }
}
