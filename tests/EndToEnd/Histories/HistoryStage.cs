using System.Globalization;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using Amazon.S3.Model;
using ServerlessGdpr.Local.CloudTrail;

namespace ServerlessGdpr.Tests.EndToEnd.Histories;

/// <summary>What the steps of a history work on: a deployed shop, the model beside it, and what is told of both.</summary>
internal sealed class HistoryStage(DeployedSystem live, CancellationToken cancellation)
{
    private readonly List<string> told = [];
    private readonly List<Announcement> announcements = [];

    public DeployedSystem Live => live;

    public ShopModel Model { get; } = new();

    public CancellationToken Cancellation => cancellation;

    /// <summary>Every step, for whoever has to understand a failure.</summary>
    public IReadOnlyList<string> Told => told;

    /// <summary>What was told of restores, or would have been.</summary>
    public IReadOnlyList<Announcement> Announcements => announcements;

    public DateTimeOffset Now => live.Cloud.Time.GetUtcNow();

    public void Tell(string step) => told.Add($"{Now:HH:mm:ss.f} {step}");

    public async Task PauseAsync(TimeSpan pause)
    {
        await live.AdvanceAsync(pause, cancellation);
        NoteCompletions();
    }

    public Task UntilAsync(Func<Task<bool>> condition) => live.Cloud.VirtualTime.AdvanceUntilAsync(condition, TimeSpan.FromHours(1), cancellation);

    public void NoteCompletions()
    {
        foreach (var erasure in Model.Erasures.Where(erasure => erasure.CompletedAt is null))
            if (live.StatusEvents.Any(detail => IsCompletionOf(detail, erasure))) erasure.CompletedAt = Now;
    }

    public async Task CompletedAsync(ModelErasure erasure)
    {
        await live.StatusAsync(detail => IsCompletionOf(detail, erasure), cancellation);
        NoteCompletions();
    }

    /// <summary>The status events about the restore that made a copy, oldest first.</summary>
    public async Task<IReadOnlyList<JsonObject>> StatusesAsync(ModelCopy copy)
    {
        copy.RestoredAs ??= await TableIdAsync(copy.Name);
        return copy.RestoredAs is { } id ? [.. live.StatusEvents.Where(detail => ((string?)detail["restore_id"])?.StartsWith(id, StringComparison.Ordinal) == true)] : [];
    }

    /// <summary>The last of them; null where there is none.</summary>
    public async Task<string?> StatusAsync(ModelCopy copy) => await StatusesAsync(copy) is [.., var last] ? (string?)last["restore_status"] : null;

    /// <summary>When it was last said to be clean; null for never.</summary>
    public async Task<DateTimeOffset?> CleanSinceAsync(ModelCopy copy) =>
        (await StatusesAsync(copy)).Where(detail => (string?)detail["restore_status"] == "clean").Select(detail => (DateTimeOffset?)detail["clean_at"]).Max();

    /// <summary>The records of a table or bucket by which a person can be told, in order.</summary>
    public async Task<IReadOnlyList<string>> KeysAsync(string resource) =>
        [.. (ShopModel.IsBucket(resource) ? await ObjectsAsync(resource) : await ItemsAsync(resource)).Distinct().Order(StringComparer.Ordinal)];

    public static string KeyOf(Dictionary<string, AttributeValue> item) => item.TryGetValue("order_id", out var order) ? order.S : $"{item["customer_id"].S}/{item["number"].N}";

    /// <summary>For an event that AWS sends by itself.</summary>
    public void Note(Announcement announcement) => announcements.Add(announcement);

    public Task AgainAsync(Announcement announcement) => live.Cloud.Get<RestoreAnnouncements>()
        .AnnounceAsync(announcement.Source, announcement.DetailType, announcement.Detail(), [], cancellation);

    /// <returns>Null while a job has not begun to restore it.</returns>
    private async Task<string?> TableIdAsync(string table)
    {
        try
        {
            return (await live.DynamoDb.DescribeTableAsync(table, cancellation)).Table.TableId;
        }
        catch (ResourceNotFoundException)
        {
            return null;
        }
    }

    private async Task<IEnumerable<string>> ItemsAsync(string table) =>
        (await live.DynamoDb.ScanAsync(new ScanRequest { TableName = table, ConsistentRead = true }, cancellation)).Items.Where(item => item.ContainsKey("email")).Select(KeyOf);

    /// <summary>Every version counts.</summary>
    private async Task<IEnumerable<string>> ObjectsAsync(string bucket) =>
        ((await live.S3.ListVersionsAsync(new ListVersionsRequest { BucketName = bucket }, cancellation)).Versions ?? []).Select(version => version.Key);

    private static bool IsCompletionOf(JsonObject detail, ModelErasure erasure) =>
        (string?)detail["subject_request_id"] == erasure.SubjectRequestId && (string?)detail["request_status"] == "completed";
}

/// <summary>An event in which AWS tells of a restore.</summary>
/// <param name="Detail">Made anew each time; a job's is what it is when the job is complete.</param>
internal sealed record Announcement(ModelCopy Copy, string Source, string DetailType, Func<JsonObject> Detail)
{
    public bool WasLost { get; init; }

    public static Announcement OfCall(ModelCopy copy, JsonObject detail) => new(copy, "aws.dynamodb", "AWS API Call via CloudTrail", () => detail.DeepClone().AsObject());

    public static Announcement OfJob(ModelCopy copy, Func<JsonObject> detail) => new(copy, "aws.backup", "Restore Job State Change", detail);

    /// <summary>As another announcer would tell it, who knows neither the first nor the table's own id; null for a job, whose id all know.</summary>
    public Announcement? ByAnother()
    {
        if (Detail() is not { } detail || detail["eventTime"] is not { } time) return null;
        detail["eventTime"] = (DateTimeOffset.Parse((string)time!, CultureInfo.InvariantCulture) + TimeSpan.FromSeconds(2)).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return this with { Detail = () => detail.DeepClone().AsObject() };
    }
}
