using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Runtime.Aws;

namespace ServerlessGdpr.Functions.Access.Exports;

/// <summary>Writes one part of an export, one record a line, and its files beside it.</summary>
/// <param name="before">What earlier parts hold.</param>
public sealed class ExportSink(ObjectUpload uploads, string datastore, string requestId, ExportRules rules, Stream part, ExportProgress before) : IExportSink
{
    private const int BufferSize = 64 * 1024;
    private long records = before.Records;
    private long redacted = before.Redacted;
    private int files = before.Files;

    /// <summary>This part included.</summary>
    public ExportProgress Progress => new(records, redacted, before.Parts + 1, files, null);

    public async Task WriteAsync(JsonObject data, ExportedFile? file, CancellationToken cancellation)
    {
        var (paths, values) = Redaction.Apply(data, rules.Redact);
        var line = JsonSerializer.SerializeToUtf8Bytes(new ExportedRecord { Data = data, File = file, Redacted = paths }, FunctionsJson.Default.ExportedRecord);
        await part.WriteAsync(line, cancellation);
        await part.WriteAsync("\n"u8.ToArray(), cancellation);
        records++;
        redacted += values;
    }

    public async Task<ExportedFile> WriteFileAsync(string name, string? contentType, Stream content, CancellationToken cancellation)
    {
        var number = Interlocked.Increment(ref files);
        long size = 0;
        await uploads.WriteAsync(
            ExportKeys.File(datastore, requestId, number),
            "application/octet-stream",
            async target =>
            {
                var buffer = new byte[BufferSize];
                for (int read; (read = await content.ReadAsync(buffer, cancellation)) > 0; size += read) await target.WriteAsync(buffer.AsMemory(0, read), cancellation);
            },
            cancellation);
        return new ExportedFile(number, name, contentType, size);
    }
}

/// <summary>How far the export of one datastore got, in all its invocations.</summary>
/// <param name="Files">The highest number given to a file; a number whose copying failed is not used again.</param>
/// <param name="Resume">The kind's own resume state; null when the export is finished.</param>
public sealed record ExportProgress(long Records, long Redacted, int Parts, int Files, string? Resume);
