using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Datastores;

/// <summary>One record of a page, not yet handed over.</summary>
internal sealed record FoundRecord(JsonObject Data, ExportedFile? File = null);

/// <param name="Next">The position of the next page; null when the key is finished.</param>
internal sealed record FoundPage(IReadOnlyList<FoundRecord> Records, string? Next);

/// <summary>Where an export stopped. It holds keys, and so persons: it is kept only encrypted.</summary>
/// <param name="Keys">A hash of the keys: the position means nothing for other keys.</param>
/// <param name="Index">The key that is not finished.</param>
/// <param name="Page">The kind's position within the key; null for its start.</param>
public sealed record ExportPosition(string Keys, int Index, string? Page);

/// <summary>Hands a person's records over key by key and page by page, each page whole or not at all, in flat memory, until done or until the deadline.</summary>
/// <param name="read">Reads one page of a key from a position.</param>
internal sealed class PagedExport<TKey>(IReadOnlyList<TKey> keys, Func<TKey, string?, CancellationToken, Task<FoundPage>> read)
    where TKey : notnull
{
    private readonly string fingerprint = KeysFingerprint.Of(keys);

    /// <exception cref="DataMapChanged">The position belongs to other keys.</exception>
    public async Task<ExportStep> RunAsync(string? resume, IExportSink sink, CancellationToken deadline)
    {
        var position = resume is null ? new ExportPosition(fingerprint, 0, null) : JsonSerializer.Deserialize(resume, FunctionsJson.Default.ExportPosition)!;
        if (position.Keys != fingerprint) throw new DataMapChanged();

        var start = position;
        while (position.Index < keys.Count)
        {
            FoundPage page;
            try
            {
                deadline.ThrowIfCancellationRequested();
                page = await read(keys[position.Index], position.Page, deadline);
            }
            catch (Exception stopped) when (stopped is TransientFailure || (stopped is OperationCanceledException && deadline.IsCancellationRequested))
            {
                // Without any progress it would stop here for ever.
                if (position == start) throw stopped as TransientFailure ?? new DatastoreUnavailable("NoProgress");
                return new ExportStep { Resume = JsonSerializer.Serialize(position, FunctionsJson.Default.ExportPosition) };
            }

            foreach (var record in page.Records) await sink.WriteAsync(record.Data, record.File, CancellationToken.None);
            position = page.Next is null ? position with { Index = position.Index + 1, Page = null } : position with { Page = page.Next };
        }

        return new ExportStep();
    }
}

/// <summary>The data map changed in the middle of an export: it has to begin anew, which an operator's retry does.</summary>
public sealed class DataMapChanged() : PermanentFailure("The data map leads to other keys than when the export began.");
