using System.Text.Json.Nodes;
using ServerlessGdpr.Local.DynamoDb;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd.Histories;

/// <summary>
/// P5 over random histories: people come and are erased, come back and are erased again, while tables, a bucket and copies of them are backed up, restored and deleted,
/// with and without the events that should tell of it, and the ledger's own table goes back in time. What these tests find, and what not, is in docs/testing.md.
/// </summary>
public sealed class RestoreHistoriesTests(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb) : SystemTest(app, dynamoDb)
{
    private const int Moves = 10;

    /// <summary>Together they have every kind of step in them.</summary>
    private static readonly IReadOnlyList<int> Chosen = [3, 6, 23, 50, 54, 63, 82];

    /// <summary>As many more as the environment asks for, to look for what these do not meet.</summary>
    public static TheoryData<int> Seeds => [.. Chosen, .. Enumerable.Range(1001, int.TryParse(Environment.GetEnvironmentVariable("MORE_HISTORIES"), out var more) ? more : 0)];

    internal static IReadOnlyList<IReadOnlyList<HistoryStep>> Plans => [.. Chosen.Select(seed => HistoryPlan.Of(seed, Moves))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Nobody_erased_is_in_any_resource_or_copy_and_nobody_else_is_lost(int seed)
    {
        using var history = new RestoreHistory(Live, Cancellation);
        try
        {
            await history.RunAsync(HistoryPlan.Of(seed, Moves));
            (await history.QuietAsync()).ShouldBe(0, "the ledger lacks nothing that its copies remember");
            await CheckAsync(history);

            var before = await ContentsAsync(history);
            await history.AnnounceAgainAsync();
            (await ContentsAsync(history)).ShouldBe(before, "a replay of a replay changes nothing");
            await CheckAsync(history);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            throw new HistoryFailed(seed, history.Stage.Told, $"{failure.Message}\n{await Live.DescribeAsync(Cancellation)}", failure);
        }
    }

    private async Task CheckAsync(RestoreHistory history)
    {
        history.Model.Erasures.ShouldAllBe(erasure => erasure.CompletedAt != null);
        foreach (var resource in ShopModel.Resources)
            (await history.Stage.KeysAsync(resource)).ShouldBe(history.Model.Live(resource), ignoreOrder: true, resource);
        foreach (var copy in history.Model.Copies) await CheckAsync(history, copy);
        foreach (var erasure in history.Model.Erasures)
        {
            var states = await Live.Stores.StatesAsync(DeployedSystem.RequestIdOf(Sample(erasure.SubjectRequestId)), Cancellation);
            states.Values.ShouldBe(["verified", "verified", "verified"], $"the ledger remembers {erasure.SubjectRequestId}");
        }
    }

    private static async Task CheckAsync(RestoreHistory history, ModelCopy copy)
    {
        var found = await history.Stage.KeysAsync(copy.Name);
        history.Model.Erased(found).ShouldBeEmpty($"{copy.Name} holds whoever was erased");
        found.Except(copy.Snapshot.AtMost).ShouldBeEmpty($"{copy.Name} holds more than was restored");
        history.Model.Lost(copy, found).ShouldBeEmpty($"{copy.Name} lacks whoever was not erased");
        (await history.Stage.StatusAsync(copy)).ShouldBe("clean", copy.Name);
    }

    private static JsonObject Sample(string subjectRequestId)
    {
        var sample = DeployedSystem.Sample("erasure-requested.json");
        sample["Detail"]!["subject_request_id"] = subjectRequestId;
        return sample;
    }

    private static async Task<IReadOnlyList<string>> ContentsAsync(RestoreHistory history)
    {
        var contents = new List<string>();
        foreach (var resource in history.Model.Copies.Select(copy => copy.Name).Concat(ShopModel.Resources))
            contents.AddRange((await history.Stage.KeysAsync(resource)).Select(key => $"{resource}/{key}"));
        return contents;
    }

    private sealed class HistoryFailed(int seed, IEnumerable<string> told, string why, Exception cause)
        : Exception($"Seed {seed}:\n{string.Join('\n', told)}\n{why}", cause);
}
