using Item = System.Collections.Generic.Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>;

namespace ServerlessGdpr.Functions.Datastores.DynamoDb;

/// <summary>Deletes items without a condition, those of several pages in one call: a call takes 25 items, and most people have fewer.</summary>
/// <remarks>
/// No page waits for a call to fill: it goes as soon as fewer than <see cref="CallsAtOnce"/> are in flight, with all that gathered until then. One operation's
/// pages share a tally and a deadline, so whichever page sends a call sends it for all. No two pages delete the same item.
/// </remarks>
internal sealed class GatheredDeletes(Table table) : IDisposable
{
    internal const int CallsAtOnce = 2;
    private readonly SemaphoreSlim free = new(CallsAtOnce);
    private readonly Lock gate = new();
    private readonly Queue<Deletion> waiting = new();

    public async Task DeleteAsync(IReadOnlyCollection<Item> keys, Action<int> deleted, CancellationToken deadline)
    {
        var full = keys.Count - (keys.Count % Table.WriteBatch);
        if (full > 0) await table.DeleteAsync([.. keys.Take(full)], deleted, deadline);
        if (full < keys.Count) await GatherAsync(keys.Skip(full), keys.Count - full, deleted, deadline);
    }

    public void Dispose() => free.Dispose();

    private async Task GatherAsync(IEnumerable<Item> keys, int count, Action<int> deleted, CancellationToken deadline)
    {
        var page = new Page(count);
        lock (gate)
        {
            foreach (var key in keys) waiting.Enqueue(new Deletion(key, page));
        }

        while (page.IsWaiting)
        {
            await free.WaitAsync(deadline);
            try
            {
                await SendAsync(Take(), deleted, deadline);
            }
            finally
            {
                free.Release();
            }
        }

        await page.Done;
    }

    private List<Deletion> Take()
    {
        lock (gate)
        {
            var batch = new List<Deletion>(Table.WriteBatch);
            while (batch.Count < Table.WriteBatch && waiting.TryDequeue(out var deletion)) batch.Add(deletion);
            foreach (var deletion in batch) deletion.Page.Take();
            return batch;
        }
    }

    private async Task SendAsync(List<Deletion> batch, Action<int> deleted, CancellationToken deadline)
    {
        if (batch.Count == 0) return;
        try
        {
            await table.DeleteAsync(batch.ConvertAll(deletion => deletion.Key), deleted, deadline);
        }
#pragma warning disable CA1031 // Each of the pages rethrows it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            foreach (var deletion in batch) deletion.Page.Fail(failure);
        }

        foreach (var deletion in batch) deletion.Page.Finish();
    }

    private sealed record Deletion(Item Key, Page Page);

    /// <summary>What a page still waits for: items not yet in a call, and items not yet answered.</summary>
    private sealed class Page(int items)
    {
        private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int untaken = items, unfinished = items;

        public Task Done => done.Task;

        public bool IsWaiting => Volatile.Read(ref untaken) > 0;

        public void Take() => Interlocked.Decrement(ref untaken);

        public void Fail(Exception failure) => done.TrySetException(failure);

        public void Finish()
        {
            if (Interlocked.Decrement(ref unfinished) == 0) done.TrySetResult();
        }
    }
}
