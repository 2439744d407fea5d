using System.Text.Json;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Datastores;

/// <summary>Where an export stopped. It holds keys, and so persons: it is kept only encrypted.</summary>
/// <param name="Keys">A hash of the keys: the position means nothing for others.</param>
/// <param name="Next">The first key that is not finished.</param>
/// <param name="Page">The kind's position within that key; null for its start.</param>
public sealed record ExportPosition(string Keys, int Next, string? Page);

/// <summary>Hands over one page of one key's records.</summary>
/// <param name="behind">Told the position behind what was handed over, where that is not the end of the page yet.</param>
/// <returns>The position of the next page; null when the key is finished.</returns>
internal delegate Task<string?> PageExport<in TKey>(TKey key, string? page, Action<string> behind, CancellationToken deadline);

/// <summary>Goes through keys page by page, one after the other: what was handed over can be named by one position.</summary>
internal sealed class ExportWork<TKey>(IReadOnlyList<TKey> keys, PageExport<TKey> export)
{
    private readonly string fingerprint = KeysFingerprint.Of(keys);

    /// <returns>Where to go on; null when all keys are finished.</returns>
    /// <exception cref="DataMapChanged">The position belongs to other keys: to start again here would hand records over twice.</exception>
    public async Task<string?> RunAsync(string? resume, CancellationToken deadline)
    {
        var start = Restore(resume);
        var at = start;
        try
        {
            while (at.Next < keys.Count)
            {
                deadline.ThrowIfCancellationRequested();
                var page = await export(keys[at.Next], at.Page, behind => at = at with { Page = behind }, deadline);
                at = page is null ? at with { Next = at.Next + 1, Page = null } : at with { Page = page };
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
        }
        catch (TransientFailure) when (at != start)
        {
            // What was handed over is not handed over again.
        }

        return at.Next == keys.Count ? null : JsonSerializer.Serialize(at, FunctionsJson.Default.ExportPosition);
    }

    private ExportPosition Restore(string? resume)
    {
        var at = resume is null ? new ExportPosition(fingerprint, Next: 0, Page: null) : JsonSerializer.Deserialize(resume, FunctionsJson.Default.ExportPosition)!;
        return at.Keys == fingerprint ? at : throw new DataMapChanged();
    }
}

/// <summary>The data map changed in the middle of an export: it has to begin anew, which an operator's retry does.</summary>
public sealed class DataMapChanged() : PermanentFailure("The data map leads to other keys than when the export began.");
