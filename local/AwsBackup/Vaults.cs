using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.DynamoDb.Backups;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.AwsBackup;

internal sealed record Vault(string Name, DateTimeOffset CreatedAt)
{
    public string Arn => Arns.Of("backup", $"backup-vault:{Name}");
}

/// <summary>The vaults, and the recovery points in them.</summary>
internal sealed class Vaults(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Vault> vaults = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, RecoveryPoint> points = new(StringComparer.Ordinal);

    public IEnumerable<Vault> All => vaults.Values.OrderBy(vault => vault.Name, StringComparer.Ordinal);

    /// <summary>Newest first.</summary>
    public IEnumerable<RecoveryPoint> Points => points.Values.OrderByDescending(point => point.CreatedAt).ThenBy(point => point.Arn, StringComparer.Ordinal);

    public Vault Create(string name)
    {
        if (name.Length is < 2 or > 50 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw new AwsError("InvalidParameterValueException", "Backup vault name must be 2 to 50 letters, digits, '-' and '_'.");
        var vault = new Vault(name, time.GetUtcNow());
        return vaults.TryAdd(name, vault) ? vault : throw new AwsError("AlreadyExistsException", $"Backup vault with the same name already exists: {name}");
    }

    public Vault Get(string name) =>
        vaults.GetValueOrDefault(name) ?? throw new AwsError("ResourceNotFoundException", $"Backup vault {name} does not exist.");

    public void Add(RecoveryPoint point) => points[point.Arn] = point;

    public void Remove(RecoveryPoint point) => points.TryRemove(point.Arn, out _);

    /// <param name="vault">Where it has to be; null for anywhere.</param>
    public RecoveryPoint GetPoint(string arn, Vault? vault = null) =>
        points.TryGetValue(arn, out var point) && (vault is null || point.Vault == vault)
            ? point
            : throw new AwsError("ResourceNotFoundException", $"Recovery point does not exist: {arn}");

    public JsonObject Describe(Vault vault) => new()
    {
        ["BackupVaultName"] = vault.Name,
        ["BackupVaultArn"] = vault.Arn,
        ["CreationDate"] = Epoch.Seconds(vault.CreatedAt),
        ["NumberOfRecoveryPoints"] = points.Values.Count(point => point.Vault == vault),
        ["Locked"] = false,
    };
}
