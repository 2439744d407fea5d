using System.Text.Json;
using Amazon.S3;
using ServerlessGdpr.Functions.Datastores.Aws;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Datastores.S3Logs;

/// <summary>
/// Logs in S3, one JSON object a line. They are not rewritten: the bucket's lifecycle removes them by age, and until then a person's lines are exempt. Erasing
/// and verifying search alike, and count.
/// </summary>
/// <remarks>Only current versions are read: a bucket with versions must expire the others at once.</remarks>
/// <param name="client">Made without retries of its own: the patience is here.</param>
/// <param name="bucket">The name of the bucket.</param>
public sealed class LogsDatastore(IAmazonS3 client, DatastoreEntry entry, string bucket, TimeProvider time) : IDatastore
{
    /// <summary>S3 removes what expired at its leisure, and counts days from the next midnight.</summary>
    private static readonly TimeSpan LifecycleLag = TimeSpan.FromDays(3);

    private readonly AwsCalls calls = new(time);

    public Task<Step> EraseAsync(IReadOnlyList<Subject> subjects, string? resume, CancellationToken deadline) => CountAsync(subjects, resume, deadline);

    public Task<Step> VerifyAsync(IReadOnlyList<Subject> subjects, string? resume, CancellationToken deadline) => CountAsync(subjects, resume, deadline);

    /// <exception cref="DataMapChanged">The state belongs to other fields: to start again here would hand records over twice.</exception>
    public async Task<ExportStep> ExportAsync(IReadOnlyList<Subject> subjects, string? resume, IExportSink sink, CancellationToken deadline)
    {
        var matched = KeyMatching.Of(entry, subjects, LogField.Of);
        if (!matched.Reachable) return new ExportStep { Unreachable = true };

        var from = Restore(matched, resume) ?? throw new DataMapChanged();
        var fields = FieldsOf(matched);
        var (state, finished) = await SearchAsync(fields, from, keepLines: true, HandOverAsync, deadline);
        return new ExportStep { Resume = finished ? null : Text(state), Evidence = EvidenceOf(matched, state) };

        async Task<LogState> HandOverAsync(LogState state, LogObject found, FoundLines batch)
        {
            foreach (var record in batch.Lines.SelectMany(line => LineJson.Of(line, fields.AreIn))) await sink.WriteAsync(record, file: null, CancellationToken.None);
            return state with { Unreadable = state.Unreadable + batch.Unreadable };
        }
    }

    private async Task<Step> CountAsync(IReadOnlyList<Subject> subjects, string? resume, CancellationToken deadline)
    {
        var matched = KeyMatching.Of(entry, subjects, LogField.Of);
        if (!matched.Reachable) return new Step { Found = 0, Unreachable = true };

        var from = Restore(matched, resume) ?? Restore(matched, resume: null)!;
        var now = time.GetUtcNow();
        var (state, finished) = await SearchAsync(FieldsOf(matched), from, keepLines: false, (state, found, batch) => Task.FromResult(Counted(state, found, batch, now)), deadline);
        return new Step
        {
            Found = state.Exempt + state.Overdue,
            Exempt = state.Exempt,
            ExemptUntil = state.ExemptUntil,
            Remaining = state.Overdue,
            Resume = finished ? null : Text(state),
            Evidence = EvidenceOf(matched, state),
        };
    }

    private Task<(LogState State, bool Finished)> SearchAsync(
        LogFields fields, LogState from, bool keepLines, Func<LogState, LogObject, FoundLines, Task<LogState>> handOver, CancellationToken deadline) =>
        new LogSearch(new LogBucket(client, bucket, entry.Prefix!, calls), calls, fields, keepLines, handOver).RunAsync(from, deadline);

    private static LogFields FieldsOf(MatchedKeys<LogField> matched) => new(matched.Keys.Select(key => key.Key));

    private LogState Counted(LogState state, LogObject found, FoundLines batch, DateTimeOffset now)
    {
        state = state with { Unreadable = state.Unreadable + batch.Unreadable };
        if (batch.Count == 0) return state;

        var until = new DateTimeOffset(found.Day, TimeOnly.MinValue, TimeSpan.Zero).AddDays(entry.Action.Days!.Value);
        if (until + LifecycleLag <= now) return state with { Overdue = state.Overdue + batch.Count };

        // What should go any moment now is looked at again tomorrow. Lines of later days are left to the last: nothing is erased here, so whoever looks earlier only counts.
        if (until <= now) until = now.AddDays(1);
        return state with { Exempt = state.Exempt + batch.Count, ExemptUntil = state.ExemptUntil is { } latest && latest > until ? latest : until };
    }

    /// <returns>Null where the state is of other fields, or of logs that lie elsewhere.</returns>
    private LogState? Restore(MatchedKeys<LogField> matched, string? resume)
    {
        var fields = KeysFingerprint.Of([.. matched.Keys.Select(key => $"{key.Key}"), $"{bucket}/{entry.Prefix}"]);
        if (resume is null)
        {
            var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
            return new LogState { Fields = fields, Until = today, Day = today.AddDays(-entry.Days!.Value) };
        }

        var state = JsonSerializer.Deserialize(resume, FunctionsJson.Default.LogState)!;
        return state.Fields == fields ? state : null;
    }

    private static string Text(LogState state) => JsonSerializer.Serialize(state, FunctionsJson.Default.LogState);

    private Dictionary<string, string> EvidenceOf(MatchedKeys<LogField> matched, LogState state) => new(StringComparer.Ordinal)
    {
        ["keys"] = $"{matched.Keys.Count}",
        ["read"] = $"JSON lines of {entry.Days} days until {state.Until:yyyy-MM-dd}",
        ["objects"] = $"{state.Objects}",
        [ExportStep.OtherObjects] = $"{state.Others}",
        [ExportStep.UnreadableLines] = $"{state.Unreadable}",
    };
}
