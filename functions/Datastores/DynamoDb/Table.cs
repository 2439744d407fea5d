using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Datastores.Aws;
using Item = System.Collections.Generic.Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>;

namespace ServerlessGdpr.Functions.Datastores.DynamoDb;

/// <summary>One DynamoDB table, called with patience; every partial answer is completed here.</summary>
/// <param name="name">The table's name or ARN.</param>
internal sealed class Table(IAmazonDynamoDB client, string name, AwsCalls calls)
{
    /// <summary>AWS: BatchWriteItem takes 25 requests, BatchGetItem 100 keys.</summary>
    public const int WriteBatch = 25;

    private const int ReadBatch = 100;

    private const int BatchesAtOnce = 8, WritesAtOnce = 24;

    /// <summary>Knows no deadline: it is one call at the very beginning, and there is nothing to go on from without it.</summary>
    public async Task<TableShape> DescribeAsync()
    {
        var answer = await calls.CallAsync(() => client.DescribeTableAsync(new DescribeTableRequest { TableName = name }), CancellationToken.None);
        return TableShape.Of(answer.Table);
    }

    public Task<QueryResponse> QueryAsync(QueryRequest query, CancellationToken deadline)
    {
        query.TableName = name;
        return calls.CallAsync(() => client.QueryAsync(query, deadline), deadline);
    }

    /// <summary>Reads items of the table itself, strongly consistent; those that are gone are left out.</summary>
    /// <param name="attributes">Null for whole items.</param>
    public async Task<List<Item>> ReadAsync(IReadOnlyCollection<Item> keys, IReadOnlyCollection<string>? attributes, CancellationToken deadline)
    {
        var items = new List<Item>(keys.Count);
        foreach (var batch in keys.Chunk(ReadBatch))
        {
            var expression = new Expression();
            var projection = attributes is null ? null : string.Join(", ", attributes.Select(expression.Name));
            var wanted = new KeysAndAttributes
            {
                Keys = [.. batch],
                ConsistentRead = true,
                ProjectionExpression = projection,
                ExpressionAttributeNames = attributes is null ? null : expression.Names,
            };
            for (var attempt = 1; wanted is not null; attempt++)
            {
                var request = new BatchGetItemRequest { RequestItems = new Dictionary<string, KeysAndAttributes>(StringComparer.Ordinal) { [name] = wanted } };
                var answer = await calls.CallAsync(() => client.BatchGetItemAsync(request, deadline), deadline);
                items.AddRange(answer.Responses?.Values.SelectMany(found => found) ?? []);
                wanted = answer.UnprocessedKeys?.Values.FirstOrDefault(rest => rest.Keys is { Count: > 0 });
                if (wanted is not null) await calls.PauseAsync(attempt, Unprocessed(), deadline);
            }
        }

        return items;
    }

    /// <summary>Deletes items without a condition.</summary>
    /// <param name="deleted">Told the number after each answer.</param>
    public Task DeleteAsync(IReadOnlyCollection<Item> keys, Action<int> deleted, CancellationToken deadline) => InParallel(
        keys.Chunk(WriteBatch),
        BatchesAtOnce,
        async batch =>
        {
            List<WriteRequest> rest = [.. batch.Select(key => new WriteRequest(new DeleteRequest(key)))];
            for (var attempt = 1; rest.Count > 0; attempt++)
            {
                var request = new BatchWriteItemRequest { RequestItems = new Dictionary<string, List<WriteRequest>>(StringComparer.Ordinal) { [name] = rest } };
                var answer = await calls.CallAsync(() => client.BatchWriteItemAsync(request, CancellationToken.None), deadline);
                var unprocessed = answer.UnprocessedItems?.Values.SelectMany(writes => writes).ToList() ?? [];
                deleted(rest.Count - unprocessed.Count);
                if (unprocessed.Count > 0) await calls.PauseAsync(unprocessed.Count < rest.Count ? 1 : attempt, Unprocessed(), deadline);
                rest = unprocessed;
            }
        },
        deadline);

    /// <summary>Changes items one by one, each only while its condition holds.</summary>
    /// <param name="write">Sends one item's write.</param>
    /// <param name="written">Called for each item whose condition held.</param>
    public Task WriteEachAsync(IReadOnlyCollection<Item> items, Func<IAmazonDynamoDB, string, Item, Task> write, Action written, CancellationToken deadline) => InParallel(
        items,
        WritesAtOnce,
        async item =>
        {
            var held = await calls.CallAsync(() => HoldsAsync(() => write(client, name, item)), deadline);
            if (held) written();
        },
        deadline);

    private static async Task<bool> HoldsAsync(Func<Task> write)
    {
        try
        {
            await write();
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
    }

    private static Task InParallel<T>(IEnumerable<T> work, int atOnce, Func<T, Task> body, CancellationToken deadline) => Parallel.ForEachAsync(
        work,
        new ParallelOptions { MaxDegreeOfParallelism = atOnce },
        async (one, _) =>
        {
            // Not the loop's own token: a cancelled loop would hide why the first of its calls gave up.
            deadline.ThrowIfCancellationRequested();
            await body(one);
        });

    private static DatastoreThrottled Unprocessed() => new("UnprocessedItems");
}
