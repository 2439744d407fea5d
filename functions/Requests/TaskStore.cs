using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>What a request has to do in one datastore, as an item of the requests table.</summary>
/// <typeparam name="TSelf">The task's own type.</typeparam>
public interface IRequestTask<TSelf>
    where TSelf : IRequestTask<TSelf>
{
    Dictionary<string, AttributeValue> ToItem();

    static abstract TSelf FromItem(IReadOnlyDictionary<string, AttributeValue> item);
}

/// <summary>The tasks of requests, in the requests table.</summary>
public sealed class TaskStore<TTask>(IAmazonDynamoDB dynamo, string table)
    where TTask : IRequestTask<TTask>
{
    /// <summary>Creates a task; one that is there already stays as it is.</summary>
    public async Task CreateAsync(TTask task, CancellationToken cancellation)
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

    public Task PutAsync(TTask task, CancellationToken cancellation) =>
        dynamo.PutItemAsync(new PutItemRequest { TableName = table, Item = task.ToItem() }, cancellation);

    public async Task<IReadOnlyList<TTask>> ListAsync(string requestId, CancellationToken cancellation)
    {
        var first = RequestItems.TaskKey(requestId, "");
        var query = new QueryRequest
        {
            TableName = table,
            ConsistentRead = true,
            KeyConditionExpression = "pk = :pk AND begins_with(sk, :task)",
            ExpressionAttributeValues = new() { [":pk"] = first["pk"], [":task"] = first["sk"] },
        };
        var tasks = new List<TTask>();
        do
        {
            var page = await dynamo.QueryAsync(query, cancellation);
            tasks.AddRange((page.Items ?? []).Select(item => TTask.FromItem(item)));
            query.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (query.ExclusiveStartKey is { Count: > 0 });
        return tasks;
    }
}
