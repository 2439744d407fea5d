using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Restores.Copies;

namespace ServerlessGdpr.Functions.Restores.Recognition;

/// <summary>Recognises restores with the copies that are registered by now. <see cref="RestoreEvents"/> is pure: what it asks for is looked up, and it is asked again.</summary>
/// <param name="scope">Its lineage is not used.</param>
public sealed class RestoreRecognition(RestoreScope scope, ICopies copies)
{
    /// <inheritdoc cref="RestoreEvents.Recognise(EventEnvelope, DateTimeOffset)"/>
    public Task<IReadOnlyList<RestoreNotice>> RecogniseAsync(EventEnvelope envelope, DateTimeOffset receivedAt, CancellationToken cancellation) =>
        AskAsync(events => events.Recognise(envelope, receivedAt), cancellation);

    /// <inheritdoc cref="RestoreEvents.Recognise(Restore)"/>
    public Task<IReadOnlyList<RestoreNotice>> RecogniseAsync(Restore found, CancellationToken cancellation) => AskAsync(events => events.Recognise(found), cancellation);

    /// <inheritdoc cref="RestoreEvents.Attribute"/>
    public Task<IReadOnlyList<RestoreNotice>> AttributeAsync(Restore restore, string? sourceArn, CancellationToken cancellation) =>
        AskAsync(events => events.Attribute(restore, sourceArn), cancellation);

    private async Task<IReadOnlyList<RestoreNotice>> AskAsync(Func<RestoreEvents, IReadOnlyList<RestoreNotice>> ask, CancellationToken cancellation)
    {
        var known = new Dictionary<string, IReadOnlyList<string>>();
        while (true)
        {
            var missing = new HashSet<string>();
            var notices = ask(new(scope with { Lineage = arn => LineageOf(arn, known, missing) }));
            if (missing.Count == 0) return notices;
            foreach (var arn in missing) known[arn] = await copies.DatastoresOfAsync(arn, cancellation);
        }
    }

    private static IReadOnlyList<string> LineageOf(string arn, Dictionary<string, IReadOnlyList<string>> known, HashSet<string> missing)
    {
        if (known.TryGetValue(arn, out var datastores)) return datastores;
        missing.Add(arn);
        return [];
    }
}
