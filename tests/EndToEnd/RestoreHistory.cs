using System.Globalization;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Local.CloudTrail;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>A short random history of a deployed shop, the same for the same seed, told to a <see cref="ShopModel"/> beside.</summary>
internal sealed class RestoreHistory(DeployedSystem live, int seed, CancellationToken cancellation)
{
    private static readonly Person[] People = [new("C-1", "grace@example.com"), new("C-2", "edsger@example.com"), new("C-3", "barbara@example.com")];

    private static readonly string[] Tables = [Shop.Customers, Shop.Orders];

    private readonly Random random = new(seed);
    private readonly ShopModel model = new();
    private readonly List<Snapshot> snapshots = [];
    private readonly List<string> told = [];
    private readonly Dictionary<string, JsonObject> announcements = new(StringComparer.Ordinal);
    private int numbers;

    public ShopModel Model => model;

    /// <summary>Every step, for whoever has to understand a failure.</summary>
    public IReadOnlyList<string> Told => told;

    private DateTimeOffset Now => live.Cloud.Time.GetUtcNow();

    public async Task RunAsync(int steps)
    {
        await BeginAsync();
        for (var step = 0; step < steps; step++)
        {
            await (random.Next(10) switch
            {
                0 or 1 => WriteAsync(Any(People)),
                2 or 3 or 4 => EraseAsync(Any(People)),
                5 or 6 => BackUpAsync(),
                _ => RestoreAsync(),
            });
            await PauseAsync();
        }
    }

    /// <summary>Lets the reconciler find what no event told of, and then all sweeps pass.</summary>
    public async Task QuietAsync()
    {
        await live.AdvanceAsync(TimeSpan.FromHours(2), cancellation);
        await live.StopWatchingAsync(cancellation);
        await live.AdvanceAsync(TimeSpan.FromHours(26), cancellation);
        Complete();
    }

    /// <summary>Tells of every restore once more, as another announcer would.</summary>
    public async Task AnnounceAgainAsync()
    {
        foreach (var detail in announcements.Values)
        {
            var again = detail.DeepClone().AsObject();
            again["eventTime"] = (DateTimeOffset.Parse((string)detail["eventTime"]!, CultureInfo.InvariantCulture) + TimeSpan.FromSeconds(2)).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            await AnnounceAsync(detail);
            await AnnounceAsync(again);
        }

        await live.AdvanceAsync(TimeSpan.FromHours(2), cancellation);
    }

    /// <summary>The records of a table by which a person can be told, in order.</summary>
    public async Task<IReadOnlyList<string>> KeysAsync(string table)
    {
        var answer = await live.DynamoDb.ScanAsync(new ScanRequest { TableName = table, ConsistentRead = true }, cancellation);
        return [.. answer.Items.Where(item => item.ContainsKey("email")).Select(KeyOf).Order(StringComparer.Ordinal)];
    }

    private static string KeyOf(Dictionary<string, AttributeValue> item) => item.TryGetValue("order_id", out var order) ? order.S : $"{item["customer_id"].S}/{item["number"].N}";

    private async Task BeginAsync()
    {
        foreach (var table in Tables)
        {
            foreach (var item in (await live.DynamoDb.ScanAsync(new ScanRequest(table), cancellation)).Items)
            {
                var key = table == Shop.Customers ? "customer_id" : "order_id";
                await live.DynamoDb.DeleteItemAsync(table, new() { [key] = item[key] }, cancellation);
            }

            await live.DynamoDb.UpdateContinuousBackupsAsync(
                new UpdateContinuousBackupsRequest { TableName = table, PointInTimeRecoverySpecification = new() { PointInTimeRecoveryEnabled = true } }, cancellation);
        }

        foreach (var person in People.Append(Shop.Other)) await WriteAsync(person);
        await PauseAsync();
    }

    /// <summary>A person registers, or comes back, or orders once more. Who asked to be erased waits for the answer first.</summary>
    private async Task WriteAsync(Person person)
    {
        foreach (var erasure in model.UnderWay(person))
        {
            await live.StatusAsync(detail => IsCompletionOf(detail, erasure), cancellation);
            await live.AdvanceAsync(TimeSpan.FromSeconds(5), cancellation);
        }

        Complete();

        var number = ++numbers;
        Tell($"{person.CustomerId} writes {number}");
        var customer = new Dictionary<string, AttributeValue>
        {
            ["customer_id"] = new(person.CustomerId),
            ["email"] = new(person.Email),
            ["number"] = new() { N = number.ToString(CultureInfo.InvariantCulture) },
        };
        await live.DynamoDb.PutItemAsync(Shop.Customers, customer, cancellation);
        await live.Shop.PutOrdersAsync(person, number, 1, cancellation);
        model.Write(new(Shop.Customers, KeyOf(customer), person, Now), instead: true);
        model.Write(new(Shop.Orders, $"O-{person.CustomerId}-{number}", person, Now), instead: false);
    }

    private async Task EraseAsync(Person person)
    {
        var sample = DeployedSystem.Sample("erasure-requested.json");
        var detail = sample["Detail"]!.AsObject();
        var id = new byte[16];
        random.NextBytes(id);
        var erasure = new ModelErasure(new Guid(id).ToString(), person, Now);
        detail["subject_request_id"] = erasure.SubjectRequestId;
        detail["subject_identities"]![0]!["identity_value"] = person.CustomerId;
        detail["subject_identities"]![1]!["identity_value"] = person.Email;
        Tell($"{person.CustomerId} asks to be erased ({erasure.SubjectRequestId})");
        await live.PublishAsync(sample, cancellation);
        model.Erase(erasure);
    }

    /// <summary>Of a registered table or of a copy; or remembers the instant as one to restore a registered table to.</summary>
    private async Task BackUpAsync()
    {
        var copies = await RestoredAsync();
        var copy = copies.Count > 0 && random.Next(2) == 0 ? Any(copies) : null;
        var table = copy?.Name ?? Any(Tables);
        if (copy is null && random.Next(3) == 0)
        {
            await live.AdvanceAsync(TimeSpan.FromTicks(TimeSpan.TicksPerSecond - (Now.Ticks % TimeSpan.TicksPerSecond)), cancellation);
            Tell($"an instant of {table} to go back to");
            snapshots.Add(new(table, table, null, Now, Now, await KeysAsync(table)));
            return;
        }

        Tell($"backup of {table}");
        var backup = await new RestoredTables(live.DynamoDb).BackUpAsync(table, cancellation);
        var asOf = copy is null || CleanSince(copy) < Now || copy.Snapshot.EffectiveAsOf > Now ? Now : copy.Snapshot.EffectiveAsOf;
        snapshots.Add(new(copy?.Snapshot.Origin ?? table, table, backup, Now, asOf, await KeysAsync(table)));
    }

    private async Task RestoreAsync()
    {
        if (snapshots.Count == 0)
        {
            await BackUpAsync();
            await PauseAsync();
        }

        var snapshot = Any(snapshots);
        var copy = model.Restore(snapshot, $"{snapshot.Origin}-restored-{++numbers}");
        if (snapshot.Backup is null && Now - snapshot.At < TimeSpan.FromMinutes(6)) await live.AdvanceAsync(TimeSpan.FromMinutes(6), cancellation);

        var (lost, twice) = (random.Next(4) == 0, random.Next(3) == 0);
        Tell($"{copy.Name} restored from {snapshot.Table} of {snapshot.At:HH:mm:ss.f}{(lost ? ", which no event tells" : "")}{(twice ? ", told twice" : "")}");
        var announcer = live.Cloud.Get<RestoreAnnouncements>();
        if (lost) announcer.Suppress("aws.dynamodb");
        var detail = await StartRestoreAsync(snapshot, copy.Name);
        announcements[copy.Name] = detail;
        await live.AdvanceAsync(TimeSpan.FromSeconds(8), cancellation);
        announcer.Resume("aws.dynamodb");
        if (twice && !lost) await AnnounceAsync(detail);
    }

    /// <returns>What CloudTrail says of the call.</returns>
    private async Task<JsonObject> StartRestoreAsync(Snapshot snapshot, string target)
    {
        var (at, parameters) = (Now, new JsonObject { ["targetTableName"] = target });
        if (snapshot.Backup is { } backup)
        {
            await new RestoredTables(live.DynamoDb).RestoreAsync(backup, target, cancellation);
            parameters["backupArn"] = backup;
            return new ApiCall("dynamodb", "RestoreTableFromBackup", parameters).ToDetail(at, null);
        }

        await live.DynamoDb.RestoreTableToPointInTimeAsync(
            new RestoreTableToPointInTimeRequest { SourceTableName = snapshot.Table, TargetTableName = target, RestoreDateTime = snapshot.At.UtcDateTime }, cancellation);
        parameters["sourceTableName"] = snapshot.Table;
        parameters["restoreDateTime"] = snapshot.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return new ApiCall("dynamodb", "RestoreTableToPointInTime", parameters).ToDetail(at, null);
    }

    private Task AnnounceAsync(JsonObject detail) =>
        live.Cloud.Get<RestoreAnnouncements>().AnnounceAsync("aws.dynamodb", "AWS API Call via CloudTrail", detail.DeepClone().AsObject(), [], cancellation);

    /// <summary>From seconds, so that steps meet replays and erasures under way, to most of an hour.</summary>
    private async Task PauseAsync()
    {
        int[] seconds = [10, 30, 70, 70, 130, 600, 2400];
        await live.AdvanceAsync(TimeSpan.FromSeconds(Any(seconds)), cancellation);
        Complete();
    }

    /// <summary>The copies that are ready for use.</summary>
    private async Task<IReadOnlyList<ModelCopy>> RestoredAsync()
    {
        var ready = new List<ModelCopy>();
        foreach (var copy in model.Copies)
            if ((await live.DynamoDb.DescribeTableAsync(copy.Name, cancellation)).Table.TableStatus == "ACTIVE") ready.Add(copy);
        return ready;
    }

    private DateTimeOffset? CleanSince(ModelCopy copy) => live.StatusEvents
        .Where(detail => (string?)detail["restore_status"] == "clean" && (string?)detail["target_arn"] == copy.Arn)
        .Select(detail => (DateTimeOffset?)detail["clean_at"]).Max();

    private void Complete()
    {
        foreach (var erasure in model.Erasures.Where(erasure => erasure.CompletedAt is null))
            if (live.StatusEvents.Any(detail => IsCompletionOf(detail, erasure))) erasure.CompletedAt = Now;
    }

    private static bool IsCompletionOf(JsonObject detail, ModelErasure erasure) =>
        (string?)detail["subject_request_id"] == erasure.SubjectRequestId && (string?)detail["request_status"] == "completed";

    private void Tell(string step) => told.Add($"{Now:HH:mm:ss.f} {step}");

    private T Any<T>(IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];
}
