using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.DynamoDb.Backups.Journal;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Iam;

namespace ServerlessGdpr.Local.DynamoDb.Backups;

/// <summary>What DynamoDB Local does not know about one table, from its creation to its deletion.</summary>
/// <param name="keys">The names of the key attributes, the partition key first.</param>
internal sealed class TableRecord(string name, IReadOnlyList<string> keys, DateTimeOffset createdAt)
{
    public string Name => name;

    public string Arn { get; } = Arns.Of("dynamodb", $"table/{name}");

    /// <summary>A table created again under the same name has another.</summary>
    public string Id { get; } = Guid.NewGuid().ToString();

    public DateTimeOffset CreatedAt => createdAt;

    public IReadOnlyList<string> Keys => keys;

    /// <summary>Writes pass it; what must see the table stand still passes it alone, and so do the writes of a table with a journal.</summary>
    public AsyncGate Gate { get; } = new();

    /// <summary>Null while point-in-time recovery is off.</summary>
    public ChangeJournal? Journal { get; set; }

    /// <summary>Null for a table that was not restored.</summary>
    public TableRestore? Restore { get; set; }

    public bool IsBeingRestored => Restore is { InProgress: true };

    public ImmutableSortedDictionary<string, string> Tags { get; set; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    public TablePolicy? Policy { get; set; }
}

/// <param name="Document">As it was put.</param>
/// <param name="Evaluated">The same, read.</param>
internal sealed record TablePolicy(string Document, string RevisionId, ResourcePolicy Evaluated)
{
    /// <exception cref="AwsError">It cannot be evaluated here in full.</exception>
    public static TablePolicy Of(string tableArn, JsonObject document)
    {
        try
        {
            return new TablePolicy(document.ToText(), Guid.NewGuid().ToString("N"), new ResourcePolicy(tableArn, document));
        }
        catch (AwsError refused)
        {
            throw new AwsError("ValidationException", refused.Message);
        }
    }
}

/// <param name="At">The instant the data is from.</param>
internal sealed record TableRestore(string? BackupArn, string SourceTableArn, DateTimeOffset At, bool InProgress)
{
    public JsonObject ToJson()
    {
        var summary = new JsonObject { [nameof(SourceTableArn)] = SourceTableArn, ["RestoreDateTime"] = Epoch.Seconds(At), ["RestoreInProgress"] = InProgress };
        if (BackupArn is not null) summary["SourceBackupArn"] = BackupArn;
        return summary;
    }
}
