using System.Diagnostics;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Commands;
using ServerlessGdpr.Local.Demo;
using ServerlessGdpr.Local.Lambda;
using ServerlessGdpr.Local.Toolchain;
using Spectre.Console;

namespace ServerlessGdpr.Bench;

/// <summary>
/// Requests from their events to their ends, through the whole deployed system on the local cloud, with functions that are processes of the published binary: warm ones, and ones that have to start.
/// Beside it the same records of the same people erased by hand.
/// </summary>
internal static class ErasuresBench
{
    /// <summary>Of each function: more than this machine has processors to run them on.</summary>
    private const int Processes = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static async Task RunAsync(int requests, int rounds, CancellationToken cancellation)
    {
        var shop = Shop.Create();
        if (requests < 1 || requests > shop.People.Count) throw new ArgumentOutOfRangeException(nameof(requests), $"The shop has {shop.People.Count} people.");
        shop = shop with { People = [.. shop.People.Take(requests)] };
        var folder = Directory.CreateTempSubdirectory("serverless-gdpr-erasures-");
        try
        {
            var (name, properties) = PublishedFunctions.Ways[^1];
            var functions = await PublishedFunctions.PublishAsync(Repository.Find(), name, properties, folder.FullName, cancellation);
            await using var session = await LocalSession.StartAsync(new SessionOptions(0, Seed: false, functions.Directory, Processes), Silent(), cancellation);
            Way[] ways =
            [
                new("by hand", stop => ErasureByHand.EraseAsync(session.Clients, shop.People, stop)),
                new("warm functions", stop => EraseAsync(session, shop.People, stop)),
                new("functions that start", stop => EraseAsync(session, shop.People, stop)) { StartsCold = true },
            ];
            var measured = new List<Measurement>();
            for (var round = 0; round <= rounds; round++)
            {
                foreach (var way in round % 2 == 0 ? Enumerable.Reverse(ways) : ways)
                {
                    var one = await MeasureAsync(session, shop, way, cancellation);
                    Console.Error.WriteLine($"round {round}: {way.Name}, {one.Seconds:0.00} s");
                    if (measured.Find(other => other.Records != one.Records) is { } other) throw new InvalidOperationException($"{one.Way} erased {one.Records} records, {other.Way} {other.Records}.");

                    // The first round warms everything up.
                    if (round > 0) measured.Add(one);
                }
            }

            Print(ways, measured, requests, rounds);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static RunLog Silent() => new(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) }), TimeProvider.System);

    private static async Task<Measurement> MeasureAsync(LocalSession session, Shop shop, Way way, CancellationToken cancellation)
    {
        await new ShopSeed(session.Clients).WriteAsync(shop, cancellation);
        var workers = session.Cloud.Get<WorkerFactory>();
        if (way.StartsCold)
        {
            var gone = workers.Live.Select(worker => worker.Exited).ToList();
            session.Cloud.Get<WorkerPool>().Restart();
            await Task.WhenAll(gone).WaitAsync(cancellation);
        }

        var warm = workers.Live.Select(worker => worker.Id).ToHashSet(StringComparer.Ordinal);
        var before = ProcessorTimes.Now(workers);
        var started = Stopwatch.GetTimestamp();
        var records = await way.EraseAsync(cancellation);
        return new Measurement(
            way.Name, Stopwatch.GetElapsedTime(started).TotalSeconds, records, workers.Live.Count(worker => !warm.Contains(worker.Id)), ProcessorTimes.Now(workers).Since(before));
    }

    /// <returns>How many records were erased.</returns>
    /// <exception cref="TimeoutException">Not every request ended in time; the message says how they stand.</exception>
    private static async Task<long> EraseAsync(LocalSession session, IReadOnlyList<Person> people, CancellationToken cancellation)
    {
        var entries = people.Select(person => Entry(session.BusName, person)).ToList();
        var asked = entries.Select(entry => entry.Id).ToHashSet(StringComparer.Ordinal);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            foreach (var batch in entries.Chunk(10)) await session.Clients.PutEventsAsync(new JsonArray([.. batch.Select(entry => entry.Event)]), patience.Token);
            await session.Statuses.UntilAsync(events => asked.IsSubsetOf(events.Where(status => status.IsEnd).Select(status => status.SubjectRequestId ?? "")), patience.Token);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"After {Patience.TotalMinutes:0} minutes the {people.Count} requests are: {Standing(session, asked)}.", late);
        }

        // An event may be told twice.
        var ends = session.Statuses.Events.Where(status => status.IsEnd && asked.Contains(status.SubjectRequestId ?? "")).DistinctBy(status => status.SubjectRequestId).ToList();
        if (ends.Exists(status => status.RequestStatus != "completed")) throw new InvalidOperationException($"Requests are not completed: {Standing(session, asked)}.");
        return ends.Sum(status => status.Outcomes.Sum(outcome => outcome.Erased));
    }

    private static string Standing(LocalSession session, HashSet<string> asked)
    {
        var last = session.Statuses.Events.Where(status => asked.Contains(status.SubjectRequestId ?? "")).GroupBy(status => status.SubjectRequestId).Select(request => request.Last().RequestStatus).ToList();
        return string.Join(", ", last.CountBy(status => status).Select(status => $"{status.Value} {status.Key}").Append($"{asked.Count - last.Count} without a status"));
    }

    private static (string Id, JsonObject Event) Entry(string bus, Person person)
    {
        var entry = JsonNode.Parse(File.ReadAllText(Repository.Find().Resolve("events/erasure-requested.json")))!.AsObject();
        var (id, detail) = ($"{Guid.NewGuid()}", entry["Detail"]!.AsObject());
        detail["subject_request_id"] = id;
        detail["subject_identities"]![0]!["identity_value"] = person.CustomerId;
        detail["subject_identities"]![1]!["identity_value"] = person.Email;
        entry["Detail"] = detail.ToJsonString();
        entry["EventBusName"] = bus;
        return (id, entry);
    }

    private static void Print(Way[] ways, List<Measurement> measured, int requests, int rounds)
    {
        Console.WriteLine($"{requests} people at once, {measured[0].Records:N0} records in three datastores; the median of {rounds} rounds, in turns. Processor time of all processors, for each erasure\n");
        double Of(Way way, Func<Measurement, double> figure) => Median.Of(measured.Where(one => one.Way == way.Name).Select(figure));
        var byHand = Of(ways[0], one => one.Seconds);
        MarkdownTable.Print(
            ["way", "seconds", "erasures/s", "speed beside the first", "functions started", "processor ms: functions", "DynamoDB Local", "local cloud and bench"],
            ways.Select(way => (string[])
            [
                way.Name, $"{Of(way, one => one.Seconds):0.00}", $"{requests / Of(way, one => one.Seconds):0.0}", $"{byHand / Of(way, one => one.Seconds):P0}", $"{Of(way, one => one.Started):0}",
                .. ((Func<ProcessorTimes, double>[])[times => times.Functions, times => times.DynamoDb, times => times.Cloud]).Select(of => $"{1000 * Of(way, one => of(one.Processor)) / requests:0.0}"),
            ]));
    }

    private sealed record Way(string Name, Func<CancellationToken, Task<long>> EraseAsync)
    {
        /// <summary>No function runs when it begins.</summary>
        public bool StartsCold { get; init; }
    }

    private sealed record Measurement(string Way, double Seconds, long Records, int Started, ProcessorTimes Processor);
}
