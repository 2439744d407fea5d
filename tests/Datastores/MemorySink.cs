using System.Text.Json.Nodes;
using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Tests.Datastores;

/// <summary>What a kind handed over, in memory.</summary>
internal sealed class MemorySink : IExportSink
{
    private readonly Lock gate = new();
    private readonly Dictionary<int, byte[]> files = [];

    public List<ExportedRecordAndFile> Records { get; } = [];

    public Task WriteAsync(JsonObject data, ExportedFile? file, CancellationToken cancellation)
    {
        lock (gate) Records.Add(new ExportedRecordAndFile(data, file, file is null ? null : files[file.Number]));
        return Task.CompletedTask;
    }

    public async Task<ExportedFile> WriteFileAsync(string name, string? contentType, Stream content, CancellationToken cancellation)
    {
        using var read = new MemoryStream();
        await content.CopyToAsync(read, cancellation);
        lock (gate)
        {
            files.Add(files.Count + 1, read.ToArray());
            return new ExportedFile(files.Count, name, contentType, read.Length);
        }
    }
}

/// <param name="Content">The file's; null where the record has none.</param>
internal sealed record ExportedRecordAndFile(JsonObject Data, ExportedFile? File, byte[]? Content, IReadOnlyList<string>? Redacted = null);
