using System.Text.Json;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Runtime.Aws;

namespace ServerlessGdpr.Functions.Access.Exports;

/// <summary>
/// One invocation's share of an export: one part. An invocation that is repeated writes the same numbers again, so that nothing is in a bundle twice;
/// what of an earlier try lies behind the last part is never read.
/// </summary>
public sealed class DatastoreExport(DatastoreEntry entry, ObjectUpload uploads)
{
    /// <param name="state">What <see cref="StateOf"/> made of the last invocation's progress; null to start.</param>
    public async Task<(ExportStep Step, ExportProgress Progress)> RunAsync(IDatastore datastore, string requestId, IReadOnlyList<Subject> subjects, string? state, CancellationToken deadline)
    {
        var before = state is null ? new ExportProgress(0, 0, 0, 0, null) : JsonSerializer.Deserialize(state, FunctionsJson.Default.ExportProgress)!;
        var progress = before;
        var step = new ExportStep();
        await uploads.WriteAsync(
            ExportKeys.Part(entry.Name, requestId, before.Parts + 1),
            "application/jsonl",
            async part =>
            {
                var sink = new ExportSink(uploads, entry.Name, requestId, entry.Export, part, before);
                step = await datastore.ExportAsync(subjects, before.Resume, sink, deadline);
                progress = sink.Progress;
            },
            CancellationToken.None);
        return (step, progress with { Resume = step.Resume });
    }

    /// <summary>It may hold keys: it is kept only encrypted.</summary>
    public static string StateOf(ExportProgress progress) => JsonSerializer.Serialize(progress, FunctionsJson.Default.ExportProgress);
}
