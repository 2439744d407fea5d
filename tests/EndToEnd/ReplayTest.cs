using System.Text.Json.Nodes;
using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Local.DynamoDb;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>A deployed system whose datastores are backed up and restored.</summary>
public abstract class ReplayTest(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb) : SystemTest(app, dynamoDb)
{
    /// <summary>A table with the name of a copy of the customers.</summary>
    private protected const string Copy = "shop-customers-restored-1";

    /// <summary>The person of <c>events/erasure-requested-another-person.json</c>, who is not in the shop yet.</summary>
    private protected static readonly Person Tomasz = new("C-1077", "tomasz.okafor@example.com");

    private protected RestoredTables Tables => new(Live.DynamoDb);

    /// <returns>The ARN of a backup of the customers with Ada in it, who is erased ten minutes later.</returns>
    private protected async Task<string> BackUpAndEraseAdaAsync()
    {
        var backup = await Tables.BackUpAsync(Shop.Customers, Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromMinutes(10), Cancellation);
        await PublishAsync("erasure-requested.json");
        await Live.StatusAsync("completed", Cancellation);
        return backup;
    }

    /// <summary>Deletes the registered table of customers.</summary>
    private protected async Task LoseCustomersAsync()
    {
        await Live.DynamoDb.DeleteTableAsync(Shop.Customers, Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromMinutes(1), Cancellation);
    }

    private protected Task<IReadOnlyList<string>> CustomersAsync(string table) => Tables.CustomersAsync(table, Cancellation);

    /// <summary>An operator decides about the restore that a status event is about.</summary>
    /// <param name="decision">Of the sample events: <c>retry</c>, <c>close</c>, <c>erase</c> or <c>keep</c>.</param>
    private protected Task<string> DecideAsync(JsonObject waiting, string decision)
    {
        var sample = DeployedSystem.Sample($"operator-decided-restore-{decision}.json");
        sample["Detail"]!["restore_id"] = waiting["restore_id"]!.DeepClone();
        return Live.PublishAsync(sample, Cancellation);
    }

    private protected int CountOfRestores(string status) => Live.StatusEvents.Count(detail => (string?)detail["restore_status"] == status);

    /// <summary>The restores that are recorded, without the names that announcements gave them before their own was known.</summary>
    private protected async Task<IReadOnlyList<RestoreRecord>> RestoresAsync()
    {
        var store = new RestoreStore(Live.DynamoDb, Live.Stores.Requests);
        var records = new List<RestoreRecord>();
        foreach (var row in await Live.Stores.RequestRowsAsync(Cancellation))
        {
            if (row.Key.Split('/') is [var partition, "restore"] && partition.StartsWith("restore#", StringComparison.Ordinal))
                records.Add((await store.GetAsync(partition["restore#".Length..], Cancellation))!);
        }

        return [.. records.Where(record => record.Status != RestoreStatuses.Merged)];
    }
}
