namespace ServerlessGdpr.Functions.Datastores;

/// <summary>A kind of datastore. Every kind passes the shared contract tests.</summary>
public interface IDatastore
{
    /// <summary>Erases the subjects' records, and only theirs, until done or until <paramref name="deadline"/>.</summary>
    /// <param name="resume">What the last call gave as <see cref="Step.Resume"/>; null to start. It is kept encrypted between calls.</param>
    /// <returns>A step that is final (no resume state), or one to go on from. Stopping at the deadline is a value, not an exception.</returns>
    Task<Step> EraseAsync(IReadOnlyList<Subject> subjects, string? resume, CancellationToken deadline);

    /// <summary>Reads again, strongly consistent where the datastore can, and counts what should not be there.</summary>
    Task<Step> VerifyAsync(IReadOnlyList<Subject> subjects, string? resume, CancellationToken deadline);

    /// <summary>Hands the subjects' records, and only theirs, each once, to <paramref name="sink"/>, until done or until <paramref name="deadline"/>.</summary>
    /// <param name="resume">What the last call gave as <see cref="ExportStep.Resume"/>; null to start.</param>
    /// <returns>A step that is final (no resume state), or one to go on from behind everything that was handed over. Stopping at the deadline is a value, not an exception.</returns>
    Task<ExportStep> ExportAsync(IReadOnlyList<Subject> subjects, string? resume, IExportSink sink, CancellationToken deadline);
}

/// <summary>How far an operation got. Counts cover all calls since the operation began.</summary>
public sealed record Step
{
    public required long Found { get; init; }

    public long Erased { get; init; }

    public long Remaining { get; init; }

    public long Exempt { get; init; }

    public DateTimeOffset? ExemptUntil { get; init; }

    /// <summary>As in <see cref="DatastoreAnswer.Newer"/>.</summary>
    public long Newer { get; init; }

    /// <summary>As in <see cref="DatastoreAnswer.Unproven"/>.</summary>
    public long Unproven { get; init; }

    /// <summary>Resume state, which may hold keys; null when the operation is finished.</summary>
    public string? Resume { get; init; }

    /// <summary>Verifying: true when the zero came from an eventually consistent index.</summary>
    public bool NeedsConfirmation { get; init; }

    /// <summary>The identities of no subject map to this datastore's keys.</summary>
    public bool Unreachable { get; init; }

    public IReadOnlyDictionary<string, string> Evidence { get; init; } = new Dictionary<string, string>();
}
