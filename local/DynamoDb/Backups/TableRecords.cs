using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Iam;

namespace ServerlessGdpr.Local.DynamoDb.Backups;

/// <summary>The tables that there are.</summary>
internal sealed class TableRecords(TimeProvider time) : IResourcePolicies
{
    private readonly ConcurrentDictionary<string, TableRecord> tables = new(StringComparer.Ordinal);

    public IEnumerable<TableRecord> All => tables.Values;

    /// <summary>The table's name where a request may also give its ARN.</summary>
    public static string NameOf(string nameOrArn) =>
        Arns.Resource(nameOrArn) is { Length: > 0 } resource && resource.Split('/') is ["table", var name, ..] ? name : nameOrArn;

    public TableRecord? Find(string nameOrArn) => tables.GetValueOrDefault(NameOf(nameOrArn));

    /// <exception cref="AwsError">In the words that backups and continuous backups use.</exception>
    public TableRecord Get(string nameOrArn) =>
        Find(nameOrArn) ?? throw new AwsError("TableNotFoundException", $"Table not found: {NameOf(nameOrArn)}");

    /// <exception cref="AwsError">In the words that tags and policies use.</exception>
    public TableRecord OfArn(string arn) => Arns.Service(arn) is not "dynamodb"
        ? throw new AwsError("ValidationException", $"Invalid TableArn: Invalid ResourceArn provided as input {arn}")
        : Find(arn) ?? throw new AwsError("ResourceNotFoundException", $"Requested resource not found: ResourcArn: {arn} not found");

    /// <param name="description">The TableDescription of a table that has just been created.</param>
    public TableRecord Add(JsonNode description, TableRestore? restore = null)
    {
        var keys = description["KeySchema"]!.AsArray()
            .OrderBy(key => key!["KeyType"]!.GetValue<string>() is "HASH" ? 0 : 1)
            .Select(key => key!["AttributeName"]!.GetValue<string>());
        var record = new TableRecord(description["TableName"]!.GetValue<string>(), [.. keys], time.GetUtcNow()) { Restore = restore };
        tables[record.Name] = record;
        return record;
    }

    /// <summary>The policy of a table counts for its indexes too.</summary>
    public ResourcePolicy? Of(string resource) => Arns.Service(resource) is "dynamodb" ? Find(resource)?.Policy?.Evaluated : null;

    public void Remove(TableRecord record) => tables.TryRemove(KeyValuePair.Create(record.Name, record));
}
