using System.Diagnostics;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Commands;
using ServerlessGdpr.Local.Demo;
using ServerlessGdpr.Local.Toolchain;
using Spectre.Console;

namespace ServerlessGdpr.Bench;

/// <summary>Requests from their events to the last status event, through the whole deployed system on the local cloud with warm functions: as Native AOT and for the JIT, in turns.</summary>
internal static class ErasuresBench
{
    private static readonly string[] Ways = ["JIT", "Native AOT"];

    public static async Task RunAsync(int requests, int rounds, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("serverless-gdpr-erasures-");
        var sessions = new List<(string Way, LocalSession Session, Queue<Person> People)>();
        try
        {
            foreach (var (name, properties) in PublishedFunctions.Ways.Where(way => Ways.Contains(way.Name)))
            {
                var functions = await PublishedFunctions.PublishAsync(Repository.Find(), name, properties, folder.FullName, cancellation);
                var session = await LocalSession.StartAsync(new SessionOptions(0, Seed: true, functions.Directory), Silent(), cancellation);
                sessions.Add((name, session, new Queue<Person>(session.Shop!.People)));
            }

            var measured = new List<(string Way, double Seconds)>();
            for (var round = 0; round <= rounds; round++)
            {
                foreach (var (way, session, people) in round % 2 == 0 ? sessions : Enumerable.Reverse(sessions))
                {
                    var seconds = await EraseAsync(session, [.. Enumerable.Range(0, requests).Select(_ => people.Dequeue())], cancellation);

                    // The first round starts the functions.
                    if (round > 0) measured.Add((way, seconds));
                }
            }

            var medians = sessions.ConvertAll(one => (one.Way, Seconds: Median.Of(measured.Where(other => other.Way == one.Way).Select(other => other.Seconds))));
            Console.WriteLine($"{requests} requests at once, each for three datastores; the median of {rounds} rounds, in turns\n");
            MarkdownTable.Print(
                ["functions published as", "seconds", "erasures/s", "speed beside the first"],
                medians.Select(way => (string[])[way.Way, $"{way.Seconds:0.00}", $"{requests / way.Seconds:0.0}", $"{medians[0].Seconds / way.Seconds:P0}"]));
        }
        finally
        {
            foreach (var (_, session, _) in sessions) await session.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }

    private static RunLog Silent() => new(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) }), TimeProvider.System);

    /// <returns>How many seconds it took until the last of them was told to be completed.</returns>
    private static async Task<double> EraseAsync(LocalSession session, IReadOnlyList<Person> people, CancellationToken cancellation)
    {
        var entries = people.Select(person => Entry(session.BusName, person)).ToList();
        var asked = entries.ConvertAll(entry => entry.Id).ToHashSet(StringComparer.Ordinal);
        var started = Stopwatch.GetTimestamp();
        foreach (var batch in entries.Chunk(10)) await session.Clients.PutEventsAsync(new JsonArray([.. batch.Select(entry => entry.Event)]), cancellation);
        await session.Statuses.UntilAsync(events => events.Count(status => status.IsEnd && asked.Contains(status.SubjectRequestId ?? "")) == asked.Count, cancellation);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var ends = session.Statuses.Events.Where(status => status.IsEnd && asked.Contains(status.SubjectRequestId ?? "")).ToList();
        if (ends.Find(status => status.RequestStatus != "completed") is { } other) throw new InvalidOperationException($"A request is {other.RequestStatus}.");
        return seconds;
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
}
