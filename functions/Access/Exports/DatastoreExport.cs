using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Runtime.Aws;

namespace ServerlessGdpr.Functions.Access.Exports;

/// <summary>One invocation's share of an export: from a state to the next one, and at most one new part.</summary>
public sealed class DatastoreExport(DatastoreEntry entry, ObjectUpload uploads)
{
    /// <param name="resume">The state that the last invocation gave; null to start.</param>
    /// <exception cref="ExportStalled">The invocation got nowhere.</exception>
    public async Task<(ExportStep Step, ExportState State)> RunAsync(
        IDatastore datastore, string requestId, IReadOnlyList<Subject> subjects, string? resume, CancellationToken deadline)
    {
        var from = ExportState.Read(entry, resume);
        await using var sink = new ExportSink(uploads, entry, requestId, from);
        var step = await datastore.ExportAsync(subjects, from.Position, sink, deadline);
        var state = await sink.CompleteAsync(step.Resume);
        return step.Resume is not null && step.Resume == from.Position && state.Found == from.Found ? throw new ExportStalled() : (step, state);
    }
}

/// <summary>A whole invocation handed nothing over, for example because it is too short for a large file: a loop of such would not end.</summary>
public sealed class ExportStalled() : TransientFailure("An export made no progress in a whole invocation.");
