using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.CloudTrail;

/// <summary>
/// Puts on the default bus what AWS says of backups and restores. All of it is best effort there, so a source can be made to lose its events.
/// </summary>
/// <param name="buses">Asked for when it is needed, as the services know each other in circles.</param>
public sealed class RestoreAnnouncements(Lazy<IEventBuses> buses)
{
    private readonly ConcurrentDictionary<string, bool> suppressed = new(StringComparer.Ordinal);

    /// <summary>Loses all events of a source from now on.</summary>
    /// <param name="source">As in the event: <c>aws.dynamodb</c>, <c>aws.backup</c>, <c>aws.rds</c>.</param>
    public void Suppress(string source) => suppressed[source] = true;

    /// <summary>Delivers the source's further events; the lost ones stay lost.</summary>
    public void Resume(string source) => suppressed.TryRemove(source, out _);

    public Task AnnounceAsync(string source, string detailType, JsonObject detail, IEnumerable<string> resources, CancellationToken cancellation) =>
        suppressed.ContainsKey(source) ? Task.CompletedTask : buses.Value.PutAwsEventAsync(source, detailType, detail, resources, cancellation);
}
