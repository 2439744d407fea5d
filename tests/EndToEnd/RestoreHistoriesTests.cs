using ServerlessGdpr.Local.DynamoDb;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>
/// P5 over random histories: people come and are erased, come back and are erased again, while tables and copies of them are backed up and restored,
/// with and without the events that should tell of it.
/// </summary>
public sealed class RestoreHistoriesTests(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb) : SystemTest(app, dynamoDb)
{
    private const int Steps = 10;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Nobody_erased_is_in_any_table_or_copy_and_nobody_else_is_lost(int seed)
    {
        var history = new RestoreHistory(Live, seed, Cancellation);
        try
        {
            await history.RunAsync(Steps);
            await history.QuietAsync();
            await CheckAsync(history);

            var before = await ContentsAsync(history);
            await history.AnnounceAgainAsync();
            (await ContentsAsync(history)).ShouldBe(before, "a replay of a replay changes nothing");
            await CheckAsync(history);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            throw new HistoryFailed(seed, history.Told, $"{failure.Message}\n{await Live.DescribeAsync(Cancellation)}", failure);
        }
    }

    private async Task CheckAsync(RestoreHistory history)
    {
        history.Model.Erasures.ShouldAllBe(erasure => erasure.CompletedAt != null);
        foreach (var table in new[] { Shop.Customers, Shop.Orders })
            (await history.KeysAsync(table)).ShouldBe(history.Model.Live(table), ignoreOrder: true, table);

        foreach (var copy in history.Model.Copies)
        {
            var found = await history.KeysAsync(copy.Name);
            history.Model.Erased(found).ShouldBeEmpty($"{copy.Name} holds whoever was erased");
            found.Except(copy.Snapshot.Keys).ShouldBeEmpty($"{copy.Name} holds more than was restored");
            history.Model.Lost(copy, found).ShouldBeEmpty($"{copy.Name} lacks whoever was not erased");
            Live.StatusEvents.Last(detail => (string?)detail["target_arn"] == copy.Arn)["restore_status"]!.GetValue<string>().ShouldBe("clean", copy.Name);
        }
    }

    private static async Task<IReadOnlyList<string>> ContentsAsync(RestoreHistory history)
    {
        var contents = new List<string>();
        foreach (var table in history.Model.Copies.Select(copy => copy.Name).Append(Shop.Customers).Append(Shop.Orders))
            contents.AddRange((await history.KeysAsync(table)).Select(key => $"{table}/{key}"));
        return contents;
    }

    private sealed class HistoryFailed(int seed, IEnumerable<string> told, string why, Exception cause)
        : Exception($"Seed {seed}:\n{string.Join('\n', told)}\n{why}", cause);
}
