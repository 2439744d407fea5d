using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Erasure;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Access;

/// <summary>The tasks of access requests, in the requests table.</summary>
public sealed class ExportTaskStore(IAmazonDynamoDB dynamo, string table)
{
    /// <summary>Creates a task; one that is there already stays as it is.</summary>
    public async Task CreateAsync(ExportTask task, CancellationToken cancellation)
    {
        try
        {
            await dynamo.PutItemAsync(
                new PutItemRequest { TableName = table, Item = task.ToItem(), ConditionExpression = "attribute_not_exists(pk)" }, cancellation);
        }
        catch (ConditionalCheckFailedException)
        {
            // A planning step that was repeated: the first one's task stands.
        }
    }

    public Task PutAsync(ExportTask task, CancellationToken cancellation) =>
        dynamo.PutItemAsync(new PutItemRequest { TableName = table, Item = task.ToItem() }, cancellation);

    /// <summary>No more than the data map holds: one page.</summary>
    public async Task<IReadOnlyList<ExportTask>> ListAsync(string requestId, CancellationToken cancellation)
    {
        var query = new QueryRequest
        {
            TableName = table,
            ConsistentRead = true,
            KeyConditionExpression = "pk = :pk AND begins_with(sk, :task)",
            ExpressionAttributeValues = new() { [":pk"] = Items.Text($"request#{requestId}"), [":task"] = Items.Text(ErasureTask.SortKey("")) },
        };
        var page = await dynamo.QueryAsync(query, cancellation);
        return [.. (page.Items ?? []).Select(ExportTask.FromItem)];
    }
}
