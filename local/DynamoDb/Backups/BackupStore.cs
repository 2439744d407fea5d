using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.DynamoDb.Backups;

/// <summary>The backups that there are, and how they are made.</summary>
internal sealed class BackupStore(DynamoDbLocalClient client, TableItems items, BackgroundWork background, BackupTimings timings, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Backup> backups = new(StringComparer.Ordinal);

    /// <summary>Oldest first.</summary>
    public IEnumerable<Backup> All => backups.Values.Where(backup => !HasExpired(backup))
        .OrderBy(backup => backup.CreatedAt).ThenBy(backup => backup.Arn, StringComparer.Ordinal);

    public Backup Get(string arn) => backups.TryGetValue(arn, out var backup) && !HasExpired(backup)
        ? backup
        : throw new AwsError("BackupNotFoundException", $"Backup not found: {arn}");

    public void Remove(Backup backup) => backups.TryRemove(backup.Arn, out _);

    /// <summary>Backs a table up as it is now: no write happens meanwhile.</summary>
    public async Task<Backup> CreateAsync(TableRecord table, string name, string type, CancellationToken cancellation)
    {
        using var alone = await table.Gate.AloneAsync();
        var backup = await TakeAsync(table, name, type, cancellation);
        backup.IsAvailable = false;
        background.Run(async (work, stopping) =>
        {
            await work.WaitAsync(() => Task.Delay(timings.Backup, time, stopping));
            backup.IsAvailable = true;
        });
        return backup;
    }

    /// <summary>Backs a table up whose gate the caller has for itself.</summary>
    public async Task<Backup> TakeAsync(TableRecord table, string name, string type, CancellationToken cancellation)
    {
        var definition = await DefinitionAsync(table, cancellation);
        var backup = Backup.Of(table, name, type, time.GetUtcNow(), definition, await items.ScanAsync(table.Name, cancellation));
        backups[backup.Arn] = backup;
        return backup;
    }

    public async Task<TableDefinition> DefinitionAsync(TableRecord table, CancellationToken cancellation) =>
        new((await client.CallAsync("DescribeTable", new JsonObject { ["TableName"] = table.Name }, cancellation))["Table"]!.DeepClone().AsObject());

    private bool HasExpired(Backup backup) => backup.ExpiresAt <= time.GetUtcNow();
}
