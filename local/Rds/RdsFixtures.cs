using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.CloudTrail;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Rds;

/// <summary>
/// Databases that are declared, not run: the members <c>DBInstances</c>, <c>DBSnapshots</c>, <c>DBClusters</c> and <c>DBClusterSnapshots</c> are lists
/// of descriptions as RDS gives them; <c>Events</c> are events as EventBridge gives them, each <c>afterSeconds</c> after loading.
/// </summary>
public sealed class RdsFixtures(RestoreAnnouncements announcements, BackgroundWork background, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<JsonObject>> resources = new(StringComparer.Ordinal);

    internal IReadOnlyList<JsonObject> this[string kind] => resources.GetValueOrDefault(kind, []);

    public async Task LoadFileAsync(string path, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        Load((await JsonNode.ParseAsync(file, cancellationToken: cancellation))!.AsObject());
    }

    /// <summary>Takes the place of what was declared before.</summary>
    /// <exception cref="AwsError">Something in it is not understood.</exception>
    public void Load(JsonObject fixtures)
    {
        var reader = new PropertyReader("RDS fixtures", fixtures);
        var declared = RdsKind.All.Select(kind => (kind.List, Items: fixtures[kind.List]?.DeepClone().AsArray() ?? [])).ToList();
        reader.WithoutLocalEffect([.. declared.Select(kind => kind.List)]);
        var events = reader.GetObjects("Events").Select(DeclaredEvent.Read).ToList();
        reader.RefuseOthers();
        foreach (var (list, items) in declared) resources[list] = [.. items.Select(item => item!.AsObject())];
        foreach (var declaredEvent in events) Announce(declaredEvent);
    }

    private void Announce(DeclaredEvent declared) => background.Run(async (work, cancellation) =>
    {
        await work.WaitAsync(() => Task.Delay(declared.After, time, cancellation));
        await announcements.AnnounceAsync("aws.rds", declared.DetailType, declared.Detail, declared.Resources, cancellation);
    });

    private sealed record DeclaredEvent(TimeSpan After, string DetailType, IReadOnlyList<string> Resources, JsonObject Detail)
    {
        public static DeclaredEvent Read(PropertyReader reader) => new(
            TimeSpan.FromSeconds(reader.GetInteger("afterSeconds", 0, int.MaxValue) ?? 0),
            reader.GetRequiredString("detail-type"),
            reader.GetStrings("resources"),
            (reader.GetDocument("detail") ?? throw reader.Invalid("detail", "an object")).DeepClone().AsObject());
    }
}
