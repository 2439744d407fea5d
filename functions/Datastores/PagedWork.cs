using System.Text.Json;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Datastores;

/// <summary>Where an operation stopped. It holds keys, and so persons: it is kept only encrypted.</summary>
public sealed record WorkState
{
    /// <summary>A hash of the keys: the positions mean nothing for other keys, for example after the data map changed.</summary>
    public required string Keys { get; init; }

    /// <summary>The first key that was not begun.</summary>
    public required int Next { get; init; }

    /// <summary>The keys that were begun and not finished.</summary>
    public required IReadOnlyList<OpenKey> Open { get; init; }

    public required Counts Counts { get; init; }
}

/// <param name="Page">The kind's position within the key; null for its start.</param>
public sealed record OpenKey(int Index, string? Page);

/// <summary>Does one page of one key's work.</summary>
/// <returns>The position of the next page; null when the key is finished. What a kind throws half-way leaves the page to be done again.</returns>
internal delegate Task<string?> PageWork<in TKey>(TKey key, string? page, Tally tally, CancellationToken deadline);

/// <summary>Goes through keys page by page, a few keys at a time, in flat memory, until done or until the deadline.</summary>
/// <param name="keysAtOnce">Keys whose pages are worked on at the same time, and so are in memory.</param>
internal sealed class PagedWork<TKey>(IReadOnlyList<TKey> keys, PageWork<TKey> work, int keysAtOnce = 4)
    where TKey : notnull
{
    private readonly Lock gate = new();
    private readonly string fingerprint = KeysFingerprint.Of(keys);
    private readonly Queue<OpenKey> interrupted = new();
    private readonly Dictionary<int, OpenKey> open = [];
    private int next;
    private bool advanced;
    private TransientFailure? failure;

    public async Task<Step> RunAsync(string? resume, CancellationToken deadline)
    {
        var tally = new Tally(Restore(resume));
        var before = tally.Counts;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(deadline);
        await Task.WhenAll(Enumerable.Range(0, Math.Min(keysAtOnce, keys.Count)).Select(_ => WorkAsync(tally, stop)));

        // A transient failure after some progress is a place to go on from, so that no count is lost.
        if (failure is not null && !advanced && tally.Counts == before) throw failure;
        return ToStep(tally.Counts);
    }

    private async Task WorkAsync(Tally tally, CancellationTokenSource stop)
    {
        var orderly = false;
        try
        {
            while (Begin() is { } key)
            {
                stop.Token.ThrowIfCancellationRequested();
                Advance(key.Index, await work(keys[key.Index], key.Page, tally, stop.Token));
            }

            orderly = true;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            orderly = true;
        }
        catch (TransientFailure transient)
        {
            failure ??= transient;
        }
        finally
        {
            if (!orderly) await stop.CancelAsync();
        }
    }

    private OpenKey? Begin()
    {
        lock (gate)
        {
            if (!interrupted.TryDequeue(out var key))
            {
                if (next == keys.Count) return null;
                key = new OpenKey(next++, Page: null);
            }

            return open[key.Index] = key;
        }
    }

    private void Advance(int index, string? page)
    {
        lock (gate)
        {
            advanced = true;
            open.Remove(index);
            if (page is not null) interrupted.Enqueue(new OpenKey(index, page));
        }
    }

    private Counts Restore(string? resume)
    {
        if (resume is null) return new Counts();
        var state = JsonSerializer.Deserialize(resume, FunctionsJson.Default.WorkState)!;
        if (state.Keys != fingerprint) return new Counts { Erased = state.Counts.Erased };

        next = state.Next;
        foreach (var key in state.Open) interrupted.Enqueue(key);
        return state.Counts;
    }

    private Step ToStep(Counts counts)
    {
        var left = open.Values.Concat(interrupted).OrderBy(key => key.Index).ToList();
        var state = new WorkState { Keys = fingerprint, Next = next, Open = left, Counts = counts };
        var remaining = counts.Remaining > 0 ? counts.Remaining : counts.RemainingAgain;
        var exempt = counts.Exempt > 0 ? counts.Exempt : counts.ExemptAgain;
        var newer = counts.Newer > 0 ? counts.Newer : counts.NewerAgain;
        var unproven = counts.Unproven > 0 ? counts.Unproven : counts.UnprovenAgain;
        return new Step
        {
            Found = counts.Erased + remaining + exempt + newer + unproven,
            Erased = counts.Erased,
            Remaining = remaining,
            Exempt = exempt,
            ExemptUntil = counts.ExemptUntil,
            Newer = newer,
            Unproven = unproven,
            Resume = next == keys.Count && left.Count == 0 ? null : JsonSerializer.Serialize(state, FunctionsJson.Default.WorkState),
        };
    }
}
