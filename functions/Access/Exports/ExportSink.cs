using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Runtime.Aws;

namespace ServerlessGdpr.Functions.Access.Exports;

/// <summary>
/// Writes what one invocation exports into the export bucket: its files, and all its records as one part, which comes to be at the end. An invocation that is
/// killed left no part, and the next one from the same state writes the same numbers.
/// </summary>
internal sealed class ExportSink(ObjectUpload uploads, DatastoreEntry entry, string requestId, ExportState start) : IExportSink, IAsyncDisposable
{
    /// <summary>Neither is told what a file is: the record says that, where it is encrypted.</summary>
    private const string LinesType = "application/jsonl", FileType = "application/octet-stream";

    private const int PieceBytes = 80 * 1024;
    private static readonly byte[] NewLine = "\n"u8.ToArray();
    private readonly FileNumbers files = new(start.Files, start.FreeFiles);
    private UploadStream? part;
    private bool complete;
    private long found = start.Found;
    private long redacted = start.Redacted;

    /// <summary>One at a time.</summary>
    public async Task WriteAsync(JsonObject data, ExportedFile? file, CancellationToken cancellation)
    {
        var leftOut = Redaction.Apply(data, entry.Export.Redact);
        var record = new ExportedRecord { Data = data, File = file, Redacted = [.. leftOut.Keys] };

        // What is written must get there though the deadline has come.
        part ??= uploads.Begin(ExportKeys.Part(entry.Name, requestId, start.Parts + 1), LinesType, CancellationToken.None);
        await part.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(record, PartsJson.Default.ExportedRecord), cancellation);
        await part.WriteAsync(NewLine, cancellation);
        if (file is not null) files.Name(file.Number);
        found++;
        redacted += leftOut.Values.Sum();
    }

    /// <remarks>Each file has a folder of its own: its number may be given out again, and what was given up may still arrive.</remarks>
    public async Task<ExportedFile> WriteFileAsync(string name, string? contentType, Stream content, CancellationToken cancellation)
    {
        var number = files.Take();
        var folder = Guid.NewGuid().ToString("N");
        try
        {
            var size = 0L;
            await uploads.WriteAsync(
                ExportKeys.File(entry.Name, requestId, number, folder), FileType, async target => size = await CopyAsync(content, target, cancellation), cancellation);
            return new ExportedFile(number, name, contentType, size, folder);
        }
        catch
        {
            files.GiveBack(number);
            throw;
        }
    }

    /// <summary>Ends the part, if there is one.</summary>
    /// <param name="position">The kind's position behind everything that was written.</param>
    public async Task<ExportState> CompleteAsync(string? position)
    {
        if (part is not null) await part.CompleteAsync();
        complete = true;
        return start with
        {
            Position = position,
            Parts = part is null ? start.Parts : start.Parts + 1,
            Files = files.Highest,
            FreeFiles = files.Free,
            Found = found,
            Redacted = redacted,
        };
    }

    public async ValueTask DisposeAsync()
    {
        if (part is null) return;
        if (!complete) await part.AbortAsync();
        await part.DisposeAsync();
    }

    private static async Task<long> CopyAsync(Stream content, Stream target, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            var size = 0L;
            while (await content.ReadAsync(buffer, cancellation) is > 0 and var read)
            {
                await target.WriteAsync(buffer.AsMemory(0, read), cancellation);
                size += read;
            }

            return size;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
