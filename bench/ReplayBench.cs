using System.Diagnostics;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Datastores.DynamoDb;
using ServerlessGdpr.Local.DynamoDb;

namespace ServerlessGdpr.Bench;

/// <summary>The product's erasure of a restored table, beside deleting the same items by hand, in turns.</summary>
internal static class ReplayBench
{
    /// <summary>Batches that are worked on at once: invocations of the datastore's function.</summary>
    private const int BatchesAtOnce = 4;

    /// <summary>Calls in flight by hand.</summary>
    private const int CallsAtOnce = 16;

    private const string Verify = "VerifyAsync of the erased";
    private const string Baseline = "BatchWriteItem deletes";

    private static readonly Way[] Ways =
    [
        new(Baseline, DeleteAsync),
        new("Query, then BatchWriteItem deletes", QueryAndDeleteAsync),
        new("EraseAsync", (table, cancellation) => EraseAsync(table, withRecordTime: false, cancellation)),
        new("EraseAsync with recordTime", (table, cancellation) => EraseAsync(table, withRecordTime: true, cancellation)),
    ];

    public static async Task RunAsync(int people, int recordsEach, int rounds, CancellationToken cancellation)
    {
        await using var process = new DynamoDbLocalProcess();
        using var client = new AmazonDynamoDBClient(
            new BasicAWSCredentials("bench", "bench"),
            new AmazonDynamoDBConfig { ServiceURL = $"{await process.EndpointAsync(cancellation)}", AuthenticationRegion = "eu-west-1", MaxErrorRetry = 0 });

        // The first round warms both processes up.
        await RoundAsync(client, people, recordsEach, Ways, cancellation);
        var seconds = new List<(string Way, double Seconds)>();
        for (var round = 0; round < rounds; round++)
            seconds.AddRange(await RoundAsync(client, people, recordsEach, round % 2 == 0 ? Ways : Ways.Reverse(), cancellation));

        var medians = Ways.Select(way => way.Name).Append(Verify)
            .Select(name => (Name: name, Seconds: Median.Of(seconds.Where(one => one.Way == name).Select(one => one.Seconds)))).ToList();
        var baseline = medians.First(way => way.Name == Baseline).Seconds;
        Console.WriteLine($"{people:N0} people with {recordsEach} records each; the median of {rounds} rounds, in turns\n");
        MarkdownTable.Print(
            ["way", "seconds", "people/s", "records/s", "speed beside the first"],
            medians.Select(way => (string[])
                [way.Name, $"{way.Seconds:0.00}", $"{people / way.Seconds:N0}", $"{people * recordsEach / way.Seconds:N0}", $"{baseline / way.Seconds:P0}"]));
    }

    private static async Task<List<(string Way, double Seconds)>> RoundAsync(
        AmazonDynamoDBClient client, int people, int recordsEach, IEnumerable<Way> ways, CancellationToken cancellation)
    {
        var measured = new List<(string, double)>();
        foreach (var way in ways)
        {
            var table = new RestoredTable(client, people, recordsEach);
            await table.CreateAsync(cancellation);
            measured.Add((way.Name, await SecondsAsync(() => way.Delete(table, cancellation))));
            if (way.Name == "EraseAsync") measured.Add((Verify, await SecondsAsync(() => VerifyAsync(table, cancellation))));
            await table.DropAsync(cancellation);
        }

        return measured;
    }

    private static Task EraseAsync(RestoredTable table, bool withRecordTime, CancellationToken cancellation)
    {
        var datastore = Open(table, withRecordTime);
        return InBatchesAsync(table, (batch, stop) => datastore.EraseAsync(batch, resume: null, stop), cancellation);
    }

    private static Task VerifyAsync(RestoredTable table, CancellationToken cancellation)
    {
        var datastore = Open(table, withRecordTime: false);
        return InBatchesAsync(table, (batch, stop) => datastore.VerifyAsync(batch, resume: null, stop), cancellation);
    }

    /// <summary>Once, as a function keeps it from one invocation to the next.</summary>
    private static DynamoDbDatastore Open(RestoredTable table, bool withRecordTime) =>
        new(table.Client, table.Entry(withRecordTime), table.Name, TimeProvider.System, new Target { Arn = table.Arn });

    private static Task DeleteAsync(RestoredTable table, CancellationToken cancellation) =>
        Writes.InBatchesAsync(table.Client, table.Name, table.Keys.Select(key => new WriteRequest(new DeleteRequest(key))), CallsAtOnce, cancellation);

    /// <summary>What the product must do at least, without its counting, resuming and looking at fates.</summary>
    private static Task QueryAndDeleteAsync(RestoredTable table, CancellationToken cancellation) => InBatchesAsync(
        table,
        async (batch, stop) =>
        {
            var answers = await Task.WhenAll(batch.Select(subject => table.Client.QueryAsync(
                new QueryRequest
                {
                    TableName = table.Name,
                    ConsistentRead = true,
                    KeyConditionExpression = $"{RestoredTable.PartitionKey} = :customer",
                    ProjectionExpression = $"{RestoredTable.PartitionKey}, #sort",
                    ExpressionAttributeNames = new() { ["#sort"] = RestoredTable.SortKey },
                    ExpressionAttributeValues = new() { [":customer"] = new() { S = subject.Identities[0].Value } },
                },
                stop)));
            var deletes = answers.SelectMany(answer => answer.Items).Select(key => new WriteRequest(new DeleteRequest(key)));
            await Writes.InBatchesAsync(table.Client, table.Name, deletes, CallsAtOnce / BatchesAtOnce, stop);
        },
        cancellation);

    private static Task InBatchesAsync(RestoredTable table, Func<IReadOnlyList<Subject>, CancellationToken, Task> work, CancellationToken cancellation) =>
        Parallel.ForEachAsync(
            table.Batches,
            new ParallelOptions { MaxDegreeOfParallelism = BatchesAtOnce, CancellationToken = cancellation },
            async (batch, stop) => await work(batch, stop));

    private static async Task<double> SecondsAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private sealed record Way(string Name, Func<RestoredTable, CancellationToken, Task> Delete);
}
