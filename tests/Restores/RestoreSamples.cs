using System.Text.Json.Nodes;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Functions.Restores.Recognition;
using ServerlessGdpr.Tests.Datastores;
using ServerlessGdpr.Tests.Support;

namespace ServerlessGdpr.Tests.Restores;

/// <summary>The events of <c>events/restores/</c>, whole as EventBridge delivers them, and the data map they are about.</summary>
internal static class RestoreSamples
{
    public const string OwnAccount = "000000000000", ForeignAccount = "999988887777", Region = "eu-west-1";

    public static readonly DateTimeOffset ReceivedAt = new(2026, 11, 20, 3, 30, 0, TimeSpan.Zero);

    /// <summary>A restored copy that was registered since.</summary>
    public const string Copy = "arn:aws:dynamodb:eu-west-1:000000000000:table/shop-customers-restored-1001";

    /// <summary>The demo's data map, its backups described, with databases and a second bucket.</summary>
    public static DataMap DataMap { get; } = Extend(DataMapFile.Load(Repository.PathOf("infra", "datastores.json")));

    public static RestoreScope Scope { get; } = new()
    {
        DataMap = DataMap,
        OwnAccount = OwnAccount,
        OwnRegion = Region,
        HandledKinds = ["dynamodb", "s3", "postgres"],
        Lineage = arn => arn == Copy ? ["customers"] : [],
    };

    public static IEnumerable<string> Names =>
        Directory.EnumerateFiles(Repository.PathOf("events", "restores")).Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    public static EventEnvelope Read(string name, Action<JsonObject>? change = null)
    {
        var root = JsonNode.Parse(File.ReadAllText(Repository.PathOf("events", "restores", $"{name}.json")))!.AsObject();
        change?.Invoke(root);
        return EventEnvelope.Parse(root.ToJsonString(), "message-1")!;
    }

    public static IReadOnlyList<RestoreNotice> Recognise(string name, Action<JsonObject>? change = null, RestoreScope? scope = null) =>
        new RestoreEvents(scope ?? Scope).Recognise(Read(name, change), ReceivedAt);

    /// <summary>The restore that a sample announces.</summary>
    public static Restore Restore(string name, Action<JsonObject>? change = null, RestoreScope? scope = null) => Recognise(name, change, scope) switch
    {
        [Announced { Restore: var restore }] => restore,
        [NeedsOperator { Restore: var restore }] => restore,
        [SourceToLookUp { Restore: var restore }] => restore,
        var other => throw new InvalidOperationException($"{name} announces no restore but {other[0]}."),
    };

    private static DataMap Extend(DataMap map) => map with
    {
        Datastores =
        [
            .. map.Datastores.Select(entry => entry with { Backups = Backups($"shop-{entry.Name}-restored-*", $"arn:aws:s3:::shop-exports/{entry.Name}/*") }),
            Entry("warehouse", "redshift", $"arn:aws:redshift:{Region}:{OwnAccount}:cluster:shop-warehouse", Backups("shop-warehouse-restored")),
            Entry("archive", "s3", "arn:aws:s3:::shop-archive", Backups("awsbackup-restore-test-*")),
            Entry("accounts", "postgres", $"arn:aws:rds:{Region}:{OwnAccount}:db:shop-accounts", Backups("shop-accounts-restored*", "arn:aws:rds:*:snapshot:shop-accounts-*")),
            Entry("sessions", "postgres", $"arn:aws:rds:{Region}:{OwnAccount}:cluster:shop-sessions", Backups("shop-sessions-restored", "arn:aws:rds:*:cluster-snapshot:shop-sessions-*")),
        ],
    };

    private static BackupRecognition Backups(string namePattern, params string[] arns) => new() { RestoredNamePattern = namePattern, Arns = arns };

    private static DatastoreEntry Entry(string name, string kind, string location, BackupRecognition backups) => new()
    {
        Name = name,
        Kind = kind,
        Location = location,
        Keys = [new() { IdentityType = "customer_id" }],
        Action = new() { Kind = ErasureAction.Delete },
        BackupRetentionDays = 35,
        Processing = SampleProcessing.Processing,
        Backups = backups,
    };
}
