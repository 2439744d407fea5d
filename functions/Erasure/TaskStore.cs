using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Erasure;

/// <summary>The tasks of requests, in the requests table.</summary>
public sealed class TaskStore(IAmazonDynamoDB dynamo, string table)
{
    /// <summary>Creates a task; one that is there already stays as it is.</summary>
    public async Task CreateAsync(ErasureTask task, CancellationToken cancellation)
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

    public Task PutAsync(ErasureTask task, CancellationToken cancellation) =>
        dynamo.PutItemAsync(new PutItemRequest { TableName = table, Item = task.ToItem() }, cancellation);

    public async Task<IReadOnlyList<ErasureTask>> ListAsync(string requestId, CancellationToken cancellation)
    {
        var query = new QueryRequest
        {
            TableName = table,
            ConsistentRead = true,
            KeyConditionExpression = "pk = :pk AND begins_with(sk, :task)",
            ExpressionAttributeValues = new() { [":pk"] = Items.Text($"request#{requestId}"), [":task"] = Items.Text(ErasureTask.SortKey("")) },
        };
        var tasks = new List<ErasureTask>();
        do
        {
            var page = await dynamo.QueryAsync(query, cancellation);
            tasks.AddRange((page.Items ?? []).Select(ErasureTask.FromItem));
            query.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (query.ExclusiveStartKey is { Count: > 0 });
        return tasks;
    }
}
