using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Local.Demo;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.Lambda;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd.Faults;

/// <summary>
/// Whatever goes wrong on the way, P1 to P4 and P6 hold: read from the shop's stores, the export bucket, the executions and the calls as they arrived. <c>FAULT_SEEDS</c> (a number of seeds, or
/// <c>FIRST-LAST</c>) and <c>FAULT_REQUESTS</c> (requests for each) make the run longer, or one seed again.
/// </summary>
public sealed class FaultTests(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb)
{
    /// <summary>Each rests most of the time.</summary>
    private const int AtOnce = 50;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_lost_or_left_and_nobody_elses_is_touched_whatever_fails()
    {
        var (first, last) = Seeds();
        var requests = int.Parse(Environment.GetEnvironmentVariable("FAULT_REQUESTS") ?? "40", CultureInfo.InvariantCulture);
        var happened = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(first, last - first + 1),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Cancellation },
            async (seed, _) => Interlocked.Add(ref happened, await RunAsync(seed, requests)));

        TestContext.Current.TestOutputHelper?.WriteLine($"{(last - first + 1) * requests} requests, {happened} faults");
        happened.ShouldBeGreaterThan((last - first + 1) * requests, "something went wrong for every request");
    }

    private async Task<int> RunAsync(int seed, int requests)
    {
        try
        {
            await using var live = await DeployedSystem.StartAsync(app, dynamoDb, Cancellation);
            var faults = new FaultPlan(seed, live.Cloud.Get<WorkerPool>().Restart);
            var history = new FaultHistory(live, seed, requests, Cancellation);
            await history.RunAsync(faults);
            await CheckAsync(live, history);
            return faults.Happened;
        }
        catch (Exception failed) when (!Cancellation.IsCancellationRequested)
        {
            throw new InvalidOperationException(
                $"Seed {seed}: FAULT_SEEDS={seed}-{seed} FAULT_REQUESTS={requests} dotnet test --filter-class {typeof(FaultTests).FullName}\n{failed.Message}", failed);
        }
    }

    private static async Task CheckAsync(DeployedSystem live, FaultHistory history)
    {
        var erased = new HashSet<Person>();
        var order = new CallOrder(live.Calls.All, live.Stores.Ledger);
        foreach (var request in history.Requests)
        {
            var row = await live.RequestAsync(request.RequestId, Cancellation);
            EndedVisibly(live, request, row);
            if (request.IsErasure && row?.Status is RequestStatuses.Completed) erased.Add(request.Person);
        }

        foreach (var person in history.People)
        {
            if (erased.Contains(person)) RememberedFirst(order, person, [.. history.Requests.Where(request => request.Person == person).Select(request => request.RequestId)]);
            var held = await live.Shop.HoldingsAsync(person, Cancellation);
            held.ShouldBe(erased.Contains(person) ? Holdings.Nothing : FaultHistory.Seeded, person.CustomerId);
        }

        (await live.Shop.HoldingsAsync(Shop.Other, Cancellation)).ShouldBe(Holdings.Everything);
        foreach (var request in history.Requests.Where(request => !request.IsErasure)) await BundleIsWholeAsync(live, request, erased.Contains(request.Person));
        foreach (var copy in history.Copies)
        {
            (await new RestoredTables(live.DynamoDb).CustomersAsync(copy, Cancellation)).ShouldBe(
                history.People.Where(person => !erased.Contains(person)).Append(Shop.Ada).Append(Shop.Other).Select(person => person.CustomerId).Order(StringComparer.Ordinal), ignoreOrder: false, copy);
        }

        await NobodyIsNamedAsync(live, history);
    }

    /// <summary>P1. An event that could not be taken in at all was reported as a dead letter.</summary>
    private static void EndedVisibly(DeployedSystem live, Asked request, RequestRecord? row)
    {
        var told = live.StatusEvents.Where(detail => (string?)detail["subject_request_id"] == request.Id).ToList();
        if (row is null)
        {
            told.ShouldContain(detail => detail["reasons"] != null && (string?)detail["reasons"]![0]!["code"] == "dead_letter", $"{request.RequestId} was never taken in");
            return;
        }

        row.EndedAt.ShouldNotBeNull($"{request.RequestId} is {row.Status}");
        (row.Status is RequestStatuses.Completed or RequestStatuses.Cancelled).ShouldBeTrue($"{request.RequestId} is {row.Status}");
        told.ShouldContain(detail => (string?)detail["request_status"] == row.Status, $"nobody heard that {request.RequestId} is {row.Status}");
        if (!request.IsCancelled) row.Status.ShouldBe(RequestStatuses.Completed);
    }

    /// <summary>P4: of each datastore the ledger was written before the first record there was touched.</summary>
    private static void RememberedFirst(CallOrder order, Person person, IReadOnlyList<string> requests)
    {
        foreach (var (datastore, _) in CallOrder.Stores)
        {
            var remembered = order.Remembered(datastore, requests).ShouldNotBeNull($"{person.CustomerId} in {datastore}");
            order.Touched(datastore, person).ShouldNotBeNull($"{person.CustomerId} in {datastore}").ShouldBeGreaterThan(remembered, $"{person.CustomerId} in {datastore}");
        }
    }

    /// <summary>Everything, or nothing where the erasure came first: never half.</summary>
    private static async Task BundleIsWholeAsync(DeployedSystem live, Asked request, bool erased)
    {
        if (await live.RequestAsync(request.RequestId, Cancellation) is not { Status: RequestStatuses.Completed }) return;
        using var answer = await live.S3.GetObjectAsync(live.Stores.Exports, $"bundles/{request.RequestId}/personal-data.zip", Cancellation);
        using var bytes = new MemoryStream();
        await answer.ResponseStream.CopyToAsync(bytes, Cancellation);
        await using var zip = new ZipArchive(bytes);
        var counts = new List<int>();
        foreach (var datastore in new[] { "customers", "orders", "uploads" })
        {
            if (zip.GetEntry($"data/{datastore}.json") is not { } entry)
            {
                counts.Add(0);
                continue;
            }

            await using var content = await entry.OpenAsync(Cancellation);
            counts.Add((await JsonNode.ParseAsync(content, cancellationToken: Cancellation))!.AsArray().Count);
        }

        var seeded = FaultHistory.Seeded;
        int[] all = [seeded.Customers, seeded.Orders, seeded.ObjectVersions], none = [0, 0, 0];
        if (erased) (counts.SequenceEqual(all) || counts.SequenceEqual(none)).ShouldBeTrue($"{request.RequestId} has {string.Join(", ", counts)}");
        else counts.ShouldBe(all, ignoreOrder: false, request.RequestId);
    }

    /// <summary>P2; and the vault has forgotten everybody.</summary>
    private static async Task NobodyIsNamedAsync(DeployedSystem live, FaultHistory history)
    {
        var everybody = new Identifiers([.. history.People.SelectMany(person => new[] { person.CustomerId, person.Email })]);
        (await WrittenPlaces.OfAsync(live, Cancellation)).Where(piece => everybody.AreIn(piece.Text)).Select(piece => $"{piece.Place}: {piece.Text}").ShouldBeEmpty();
        (await live.Stores.VaultItemsAsync(Cancellation)).Where(item => !item.Key.StartsWith("@dead-letter", StringComparison.Ordinal) && !item.Key.Contains("resume", StringComparison.Ordinal))
            .Select(item => item.Key).ShouldBeEmpty();
        foreach (var workflow in new[] { live.Workflow, live.AccessWorkflow, live.ReplayWorkflow })
            (await live.ExecutionsAsync(workflow, Cancellation)).Where(run => run.Status == "RUNNING").ShouldBeEmpty();
    }

    private static (int First, int Last) Seeds()
    {
        var asked = (Environment.GetEnvironmentVariable("FAULT_SEEDS") ?? "50").Split('-');
        return asked is [var count] ? (1, int.Parse(count, CultureInfo.InvariantCulture)) : (int.Parse(asked[0], CultureInfo.InvariantCulture), int.Parse(asked[1], CultureInfo.InvariantCulture));
    }
}
