using System.Runtime.CompilerServices;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Functions.Restores.Recognition;

namespace ServerlessGdpr.Functions.Restores.Reconciling;

/// <summary>The tables that a restore may have made: those with names of restored copies, and the registered ones, which are restored under their own names when they are lost.</summary>
public sealed class RestoredTables(IAmazonDynamoDB dynamo, DataMap dataMap, RetentionHistory history)
{
    private readonly IReadOnlyList<string> patterns =
        [.. dataMap.Datastores.Where(entry => entry.Kind == "dynamodb").Select(entry => entry.Backups?.RestoredNamePattern).OfType<string>().Distinct()];

    private readonly ILookup<string, string> registered =
        dataMap.Datastores.Where(entry => entry.Kind == "dynamodb").ToLookup(entry => TableArn.Parse(entry.Location).Name, entry => entry.Name);

    /// <summary>Those that DynamoDB restored.</summary>
    public async IAsyncEnumerable<TableDescription> ListAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        if (patterns.Count == 0 && registered.Count == 0) yield break;

        string? after = null;
        do
        {
            var page = await dynamo.ListTablesAsync(new ListTablesRequest { ExclusiveStartTableName = after }, cancellation);
            foreach (var name in (page.TableNames ?? []).Where(IsReachable))
            {
                if (await FindAsync(name, cancellation) is { RestoreSummary: not null } table && await CameSinceAsync(table, cancellation)) yield return table;
            }

            after = page.LastEvaluatedTableName;
        }
        while (after is not null);
    }

    /// <summary>Whether the name is one that a role reaches; others cannot be described.</summary>
    public bool IsReachable(string name) => registered.Contains(name) || patterns.Any(pattern => Wildcard.Matches(pattern, name));

    /// <summary>
    /// Whether a table came to be since its datastore is registered. One that was there before is the datastore itself, whatever it was restored from once: nobody was
    /// erased from it then, and whoever closed it would close what is in use.
    /// </summary>
    public async Task<bool> CameSinceAsync(TableDescription table, CancellationToken cancellation)
    {
        if (!registered.Contains(table.TableName)) return true;
        foreach (var datastore in registered[table.TableName])
        {
            if (await history.BeganAsync(datastore, cancellation) is { } began && began.UtcDateTime < table.CreationDateTime!.Value.ToUniversalTime()) return true;
        }

        return false;
    }

    /// <returns>Null when there is no such table.</returns>
    public async Task<TableDescription?> FindAsync(string name, CancellationToken cancellation)
    {
        try
        {
            return (await dynamo.DescribeTableAsync(name, cancellation)).Table;
        }
        catch (ResourceNotFoundException)
        {
            return null;
        }
    }
}
