using System.Globalization;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.S3.Buckets;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd.Scale;

/// <summary>One person with <c>SCALE_ITEMS</c> items and <c>SCALE_VERSIONS</c> object versions, beside one with a tenth of that. The functions are processes with little memory.</summary>
public sealed class LargePersonTests(DynamoDbLocalProcess dynamoDb)
{
    /// <summary>In seconds. Of fewer than the deployed functions have, a loaded machine may not leave enough to answer in time.</summary>
    private static readonly int Timeout = ScaleSize.Of("SCALE_SECONDS", 900);

    /// <summary>After so many, a function answers with how far it got.</summary>
    private const int Attempts = 10;

    /// <summary>The collector works as soon as there is something to collect, so that memory says what is held rather than how lazy it was. What the compiler adds is there from the start.</summary>
    private static readonly IReadOnlyDictionary<string, string> Memory = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["DOTNET_GCHeapHardLimit"] = "0x2000000", // 32 MiB
        ["DOTNET_GCgen0size"] = "0x200000",
        ["DOTNET_gcConcurrent"] = "0",
        ["DOTNET_TieredCompilation"] = "0",
    };

    private const int HistoryLimit = 25_000;

    private static readonly int Items = ScaleSize.Of("SCALE_ITEMS", 30_000), Versions = ScaleSize.Of("SCALE_VERSIONS", 12_000);

    private static readonly string[] Datastores = ["activities", "uploads"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_large_person_is_erased_through_continuations_in_as_much_memory_as_a_small_one()
    {
        using var app = new SynthesizedSystem(ScaleMap.Of(LargePerson.Entry(), ScaleMap.Entry("uploads", _ => { })));
        app.ChangeDatastoreFunctions(properties =>
        {
            properties["Timeout"] = Timeout;
            var variables = properties["Environment"]!["Variables"]!;
            foreach (var (name, value) in Memory) variables[name] = value;
        });
        await using var live = await DeployedSystem.StartWithProcessesAsync(app, dynamoDb, Cancellation);
        await live.StopWatchingAsync(Cancellation);
        await LargePerson.CreateTableAsync(live.DynamoDb, Cancellation);
        await FillAsync(live, Shop.Other, Items / 10, Versions / 10);
        await FillAsync(live, Shop.Ada, Items, Versions);

        Interrupt(live, 1, 1);
        await EraseAsync(live, Shop.Other);
        var small = Datastores.ToDictionary(datastore => datastore, datastore => ReportsOf(live, datastore), StringComparer.Ordinal);
        (await HeldAsync(live, Shop.Ada)).ShouldBe((Items, Versions + Holdings.Everything.ObjectVersions));
        for (var part = 1; part <= 2; part++) Interrupt(live, part * Items / 3000, part * Versions / 3000);
        var run = await EraseAsync(live, Shop.Ada);

        (await HeldAsync(live, Shop.Ada)).ShouldBe((0, 0));
        (await HeldAsync(live, Shop.Other)).ShouldBe((0, 0));
        run.Failures.ShouldBeEmpty("no call was over its time or its memory");
        run.Events.Count.ShouldBeLessThan(HistoryLimit);
        foreach (var datastore in Datastores)
        {
            var reports = ReportsOf(live, datastore).Skip(small[datastore].Count).ToList();
            var calls = run.CallsOf(datastore).Count(call => call.Operation == "erase");
            var (longest, peak, peakOfSmall) = (reports.Max(report => report.Duration), reports.Max(report => report.MaxMemory), small[datastore].Max(report => report.MaxMemory));
            TestContext.Current.TestOutputHelper?.WriteLine($"{datastore}: {calls} calls, the longest {longest.TotalSeconds:F1} s, {peak} MB beside {peakOfSmall} MB for a tenth, {run.Events.Count} events");
            calls.ShouldBeGreaterThan(2, $"{datastore} took several calls");
            if (OperatingSystem.IsLinux()) peak.ShouldBeLessThan(peakOfSmall * 5 / 4, $"{datastore} took {peakOfSmall} MB for a tenth");
        }
    }

    /// <summary>However much time there is, a page that stays refused needs a continuation.</summary>
    private static void Interrupt(DeployedSystem live, int queries, int lists)
    {
        live.Calls.Refuse("Query", LargePerson.Table, new AwsError("ProvisionedThroughputExceededException", "The level of configured provisioned throughput was exceeded."), queries, Attempts);
        live.Calls.Refuse("GET", Shop.Uploads, new AwsError("SlowDown", "Please reduce your request rate.", 503), lists, Attempts);
    }

    private static async Task FillAsync(DeployedSystem live, Person person, int items, int versions)
    {
        var large = new LargePerson(live, person);
        await large.PutItemsAsync(items, Cancellation);
        large.PutVersions(versions);
    }

    private static async Task<Execution> EraseAsync(DeployedSystem live, Person person)
    {
        var asking = new Asking(person, Guid.NewGuid().ToString());
        var sample = asking.Event();
        sample["Detail"]!["submitted_time"] = live.Cloud.Time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        await live.PublishAsync(sample, Cancellation);
        var completed = await live.StatusAsync(detail => (string?)detail["subject_request_id"] == asking.Id && (string?)detail["request_status"] is "completed" or "failed", Cancellation);
        ((string?)completed["request_status"]).ShouldBe("completed");
        return (await live.ExecutionsAsync(Cancellation)).Single(run => run.Name == asking.RequestId);
    }

    /// <summary>Read past the functions and the services' front doors.</summary>
    private static async Task<(int Items, int Versions)> HeldAsync(DeployedSystem live, Person person)
    {
        var items = 0;
        var request = new QueryRequest
        {
            TableName = LargePerson.Table,
            ConsistentRead = true,
            Select = Amazon.DynamoDBv2.Select.COUNT,
            KeyConditionExpression = "customer_id = :id",
            ExpressionAttributeValues = new() { [":id"] = new(person.CustomerId) },
        };
        do
        {
            var page = await live.DynamoDb.QueryAsync(request, Cancellation);
            items += page.Count ?? 0;
            request.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (request.ExclusiveStartKey is { Count: > 0 });

        var bucket = live.Cloud.Get<BucketStore>().Find(Shop.Uploads);
        lock (bucket.Gate)
            return (items, bucket.KeysFrom("").Where(key => key.StartsWith($"customers/{person.CustomerId}/", StringComparison.Ordinal)).Sum(key => bucket.History(key).Count));
    }

    private static IReadOnlyList<FunctionReport> ReportsOf(DeployedSystem live, string datastore) => FunctionReport.Of(live, live.Function(datastore));
}
