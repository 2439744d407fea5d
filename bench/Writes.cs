using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace ServerlessGdpr.Bench;

/// <summary>BatchWriteItem as one writes it by hand: full batches, a few calls in flight, nothing read.</summary>
internal static class Writes
{
    public static Task InBatchesAsync(IAmazonDynamoDB client, string table, IEnumerable<WriteRequest> writes, int atOnce, CancellationToken cancellation) =>
        Parallel.ForEachAsync(
            writes.Chunk(RestoredTable.WriteBatch),
            new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellation },
            async (batch, stop) =>
            {
                var answer = await client.BatchWriteItemAsync(
                    new BatchWriteItemRequest { RequestItems = new() { [table] = [.. batch] } }, stop);
                if (answer.UnprocessedItems is { Count: > 0 }) throw new InvalidOperationException("DynamoDB Local throttled.");
            });
}
