using System.Text.Json;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Restores;

/// <summary>Where restores lie in the requests table, and how one becomes an item and back: the record whole as JSON, beside it what expressions and the index need.</summary>
internal static class RestoreItems
{
    /// <summary>
    /// Where the index <see cref="RequestItems.OpenByDue"/> has the restores that have not ended, and the clean ones that are to be looked at again. They are few: one
    /// partition is enough.
    /// </summary>
    public const string OpenShard = "restores";

    public static Dictionary<string, AttributeValue> RestoreKey(string restoreId) => Items.Key($"restore#{restoreId}", "restore");

    public static Dictionary<string, AttributeValue> Write(RestoreRecord restore)
    {
        var item = RestoreKey(restore.RestoreId);
        item["record"] = Items.Text(Text(restore));
        item["version"] = Items.Number(restore.Version);
        item["status"] = Items.Text(restore.Status);
        if (!restore.IsAtWork()) return item;

        item["openShard"] = Items.Text(OpenShard);
        item["dueAt"] = Items.Instant(restore.Restore.AnnouncedAt);
        return item;
    }

    /// <summary>Whether an execution serves it, or an operator is to start another.</summary>
    private static bool IsAtWork(this RestoreRecord restore) =>
        !RestoreStatuses.IsTerminal(restore.Status) || (restore.Status == RestoreStatuses.Clean && restore.Next != Replay.ReplaySteps.End);

    public static string Text(RestoreRecord restore) => JsonSerializer.Serialize(restore, FunctionsJson.Default.RestoreRecord);

    public static RestoreRecord Read(IReadOnlyDictionary<string, AttributeValue> item) =>
        JsonSerializer.Deserialize(item.RequiredText("record"), FunctionsJson.Default.RestoreRecord)!;
}
