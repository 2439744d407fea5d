using Microsoft.Extensions.Logging;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Restores.Recognition;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Restores;

/// <summary>Records the restore that an event announces and starts its replay. What announces none is ignored with a reason, in the log.</summary>
public sealed class AnnounceRestore(
    RestoreRecognition recognition, RestoreStore restores, ReplayStarter replay, ResumeReplay resume, Metrics metrics, TimeProvider time, ILogger<AnnounceRestore> log)
{
    public async Task ReceiveAsync(EventEnvelope envelope, CancellationToken cancellation)
    {
        var notices = await recognition.RecogniseAsync(envelope, time.GetUtcNow(), cancellation);
        foreach (var reason in notices.Select(IgnoredReasonOf).OfType<string>().Distinct())
        {
            log.RestoreIgnored(envelope.Id, reason);
            metrics.Count("RestoreEventsIgnored", 1);
        }

        if (RestoreAnnouncement.Of(notices) is not { } announcement) return;
        var restoreId = RestoreId.Of(RestoreIdentity.Of(announcement.Restore));
        var restore = await restores.AnnounceAsync(restoreId, announcement.Restore, announcement.Datastores, announcement.OperatorReason, cancellation);
        log.RestoreAnnounced(restoreId, envelope.Id, restore.Datastores.Count, announcement.OperatorReason ?? "none");

        // It had ended before, and this told nothing new.
        if (RestoreStatuses.IsTerminal(restore.Status)) return;
        await replay.StartAsync(restoreId, restore.Attempt, cancellation);
        await resume.TryAsync(restore, envelope.Id, cancellation);
    }

    private static string? IgnoredReasonOf(RestoreNotice notice) => notice switch
    {
        Ignored ignored => ignored.Reason,
        // Deleting archived versions needs no thaw: nothing waits for it.
        ObjectThawed => IgnoredReasons.ObjectThawed,
        _ => null,
    };
}
