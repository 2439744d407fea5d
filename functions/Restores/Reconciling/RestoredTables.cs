using System.Runtime.CompilerServices;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Restores.Recognition;

namespace ServerlessGdpr.Functions.Restores.Reconciling;

/// <summary>The tables whose names are those of restored copies.</summary>
public sealed class RestoredTables(IAmazonDynamoDB dynamo, DataMap dataMap)
{
    private readonly IReadOnlyList<string> patterns =
        [.. dataMap.Datastores.Where(entry => entry.Kind == "dynamodb").Select(entry => entry.Backups?.RestoredNamePattern).OfType<string>().Distinct()];

    /// <summary>Those that DynamoDB restored.</summary>
    public async IAsyncEnumerable<TableDescription> ListAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        if (patterns.Count == 0) yield break;

        string? after = null;
        do
        {
            var page = await dynamo.ListTablesAsync(new ListTablesRequest { ExclusiveStartTableName = after }, cancellation);
            foreach (var name in (page.TableNames ?? []).Where(IsCopy))
            {
                if (await FindAsync(name, cancellation) is { RestoreSummary: not null } table) yield return table;
            }

            after = page.LastEvaluatedTableName;
        }
        while (after is not null);
    }

    /// <summary>Whether the name is one that a role reaches; others cannot be described.</summary>
    public bool IsCopy(string name) => patterns.Any(pattern => Wildcard.Matches(pattern, name));

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
