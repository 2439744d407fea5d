using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.DynamoDb.Backups;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Iam.Requests;

/// <summary>The partition keys that a request names: <c>dynamodb:LeadingKeys</c>.</summary>
internal sealed partial class LeadingKeys(DynamoDbLocalClient dynamoDb, TableRecords tables)
{
    public async Task<IReadOnlyList<string>> OfAsync(ItemUse use, CancellationToken cancellation) => await PartitionKeyAsync(use, cancellation) is { } name
        ? [.. use.Items.Select(item => Text(use.Action == "Query" ? OfQuery(item, name) : item[name])).OfType<string>()]
        : [];

    /// <summary>Null when there is no such table or index.</summary>
    private async Task<string?> PartitionKeyAsync(ItemUse use, CancellationToken cancellation)
    {
        // The key of a table never changes, and most requests are about a table.
        if (use.Index is null && tables.Find(use.Table) is { } known) return known.Keys[0];
        var table = await DescribeAsync(use.Table, cancellation);
        var owner = use.Index is null ? table : Indexes(table).FirstOrDefault(index => index?.Text("IndexName") == use.Index);
        return (owner?["KeySchema"] as JsonArray)?.FirstOrDefault(key => key?.Text("KeyType") == "HASH")?.Text("AttributeName");
    }

    private async Task<JsonNode?> DescribeAsync(string table, CancellationToken cancellation)
    {
        try
        {
            return (await dynamoDb.CallAsync("DescribeTable", new JsonObject { ["TableName"] = table }, cancellation))["Table"];
        }
        catch (AwsError missing) when (missing.Code == "ResourceNotFoundException")
        {
            return null;
        }
    }

    private static IEnumerable<JsonNode?> Indexes(JsonNode? table) =>
        (table?["GlobalSecondaryIndexes"] as JsonArray ?? []).Concat(table?["LocalSecondaryIndexes"] as JsonArray ?? []);

    private static JsonNode? OfQuery(JsonObject query, string partitionKey)
    {
        if (query["KeyConditions"]?[partitionKey]?["AttributeValueList"] is JsonArray { Count: > 0 } values) return values[0];
        var equals = Equality().Matches(query.Text("KeyConditionExpression") ?? "")
            .FirstOrDefault(match => (query["ExpressionAttributeNames"]?.Text(match.Groups["name"].Value) ?? match.Groups["name"].Value) == partitionKey);
        return equals is null ? null : query["ExpressionAttributeValues"]?[equals.Groups["value"].Value];
    }

    /// <summary>An attribute value is an object of one member: its type and itself.</summary>
    private static string? Text(JsonNode? value) => value is JsonObject { Count: 1 } typed ? typed.First().Value?.ToString() : null;

    [GeneratedRegex(@"(?<name>#?[A-Za-z_][\w.-]*)\s*=\s*(?<value>:\w+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex Equality();
}
