using System.Text.Json.Nodes;
using Amazon.S3.Model;
using ServerlessGdpr.Functions.Requests;

namespace ServerlessGdpr.Tests.EndToEnd.Faults;

/// <summary>Many people ask at about the same time, some for both, some twice, some change their minds; a backup is restored in between. The same for the same seed.</summary>
internal sealed class FaultHistory
{
    private const string Source = "com.example.shop";

    private readonly DeployedSystem live;
    private readonly CancellationToken cancellation;
    private readonly Random random;
    private readonly List<Asked> asked = [];
    private readonly List<string> copies = [];

    public FaultHistory(DeployedSystem live, int seed, int requests, CancellationToken cancellation)
    {
        this.live = live;
        this.cancellation = cancellation;
        random = new Random(seed);
        People = [.. Enumerable.Range(0, Math.Max(2, requests * 3 / 5)).Select(number => new Person($"P-{seed}-{number}", $"person{number}.of{seed}@example.net"))];
        for (var number = 0; number < requests; number++) asked.Add(Ask(People[random.Next(People.Count)]));
    }

    public IReadOnlyList<Person> People { get; }

    public IReadOnlyList<Asked> Requests => asked;

    public IReadOnlyList<string> Copies => copies;

    /// <summary>How much of each person there is before anyone asks.</summary>
    public static Holdings Seeded { get; } = new(1, 3, 2);

    public async Task RunAsync(FaultPlan faults)
    {
        await SeedAsync();
        var tables = new RestoredTables(live.DynamoDb);
        var backup = await tables.BackUpAsync(Shop.Customers, cancellation);
        await live.AdvanceAsync(TimeSpan.FromMinutes(1), cancellation);
        live.Faults.Plan(faults);
        live.Calls.Faults = faults.Choose;

        var events = asked.SelectMany(Events).ToArray();
        random.Shuffle(events);
        foreach (var (index, batch) in events.Chunk(4).Index())
        {
            foreach (var entry in batch) await live.PublishAsync(entry, cancellation);
            await live.AdvanceAsync(TimeSpan.FromSeconds(random.Next(0, 60)), cancellation);
            if (index == events.Length / 8) await RestoreAsync(tables, backup);
        }

        await live.AdvanceAsync(TimeSpan.FromHours(2), cancellation);
        faults.End();
        await live.AdvanceAsync(TimeSpan.FromHours(5), cancellation);
        await SettleAsync();
    }

    /// <summary>An operator retries what waits, as long as something does; then the sweeps of replays pass.</summary>
    private async Task SettleAsync()
    {
        for (var round = 0; round < 3 && await RetryAsync(); round++) await live.AdvanceAsync(TimeSpan.FromHours(2), cancellation);
        await live.StopWatchingAsync(cancellation);
        await live.AdvanceAsync(TimeSpan.FromHours(26), cancellation);
    }

    /// <returns>Whether anything waited.</returns>
    private async Task<bool> RetryAsync()
    {
        var waiting = new List<JsonObject>();
        foreach (var request in asked)
        {
            if (await live.RequestAsync(request.RequestId, cancellation) is { EndedAt: null } open && (open.TaskToken is not null || open.Status == RequestStatuses.Failed))
                waiting.Add(new JsonObject { ["source"] = Source, ["subject_request_id"] = request.Id });
        }

        foreach (var restore in live.StatusEvents.Where(detail => detail["restore_id"] is not null).GroupBy(detail => (string)detail["restore_id"]!).Select(group => group.Last()))
        {
            if ((string?)restore["restore_status"] == "waiting") waiting.Add(new JsonObject { ["restore_id"] = restore["restore_id"]!.DeepClone() });
        }

        foreach (var detail in waiting) await live.PublishAsync(Retry(detail), cancellation);
        return waiting.Count > 0;
    }

    private async Task RestoreAsync(RestoredTables tables, string backup)
    {
        var copy = $"{Shop.Customers}-restored-{copies.Count + 1}";
        copies.Add(copy);
        await tables.RestoreAsync(backup, copy, cancellation);
    }

    private Asked Ask(Person person)
    {
        var erasure = random.Next(100) < 60;
        var id = new Guid(Bytes(16)).ToString();
        var sample = DeployedSystem.Sample(erasure ? "erasure-requested.json" : "access-requested.json");
        var detail = sample["Detail"]!.AsObject();
        detail["subject_request_id"] = id;
        detail["subject_identities"]![0]!["identity_value"] = person.CustomerId;
        detail["subject_identities"]![1]!["identity_value"] = person.Email;
        return new Asked(person, erasure, id, RequestId.Of(Source, id), IsCancelled: random.Next(100) < 10, Copies: random.Next(100) < 25 ? 2 : 1, sample);
    }

    private static IEnumerable<JsonObject> Events(Asked request)
    {
        for (var copy = 0; copy < request.Copies; copy++) yield return request.Event;
        if (!request.IsCancelled) yield break;
        var cancelling = DeployedSystem.Sample("request-cancelled.json");
        cancelling["Detail"]!["subject_request_id"] = request.Id;
        yield return cancelling;
    }

    private static JsonObject Retry(JsonObject detail)
    {
        detail["decision"] = "retry";
        var sample = DeployedSystem.Sample("operator-decided-retry.json");
        sample["Detail"] = detail;
        return sample;
    }

    private async Task SeedAsync()
    {
        foreach (var person in People)
        {
            await live.Shop.PutCustomerAsync(person, cancellation);
            await live.Shop.PutOrdersAsync(person, 1, Seeded.Orders, cancellation);
            for (var version = 1; version <= Seeded.ObjectVersions; version++)
                await live.S3.PutObjectAsync(new PutObjectRequest { BucketName = Shop.Uploads, Key = $"customers/{person.CustomerId}/photo.txt", ContentBody = $"version {version}" }, cancellation);
        }
    }

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}

/// <summary>One request as its application sent it.</summary>
/// <param name="RequestId">The internal id.</param>
/// <param name="IsCancelled">The application takes it back, at some time before or after.</param>
/// <param name="Copies">How often its event is delivered to the bus.</param>
internal sealed record Asked(Person Person, bool IsErasure, string Id, string RequestId, bool IsCancelled, int Copies, JsonObject Event);
