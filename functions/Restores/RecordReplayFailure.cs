using Microsoft.Extensions.Logging;
using ServerlessGdpr.Functions.Requests;

namespace ServerlessGdpr.Functions.Restores;

/// <summary>A replay that Step Functions reports as failed, timed out or aborted leaves its restore waiting, visibly, until an operator retries it.</summary>
public sealed class RecordReplayFailure(RestoreStore restores, RestoreStatusEvents events, ReplayStarter replay, ILogger<RecordReplayFailure> log)
{
    public async Task ReceiveAsync(EventEnvelope envelope, CancellationToken cancellation)
    {
        if (ExecutionFailure.CodeOf(envelope, replay.WorkflowArn) is not { } code
            || RestoreIdOf(envelope) is not var (restoreId, attempt)
            || await restores.TryFailAsync(restoreId, attempt, cancellation) is not { } restore)
        {
            log.ReplayFailureIgnored(envelope.Id);
            return;
        }

        log.ReplayFailed(restoreId, attempt, code);
        var announcement = AnnouncementOf(attempt);
        if (restore.Announced == announcement) return;
        await events.PublishAsync(restore, cancellation);
        await restores.MarkAnnouncedAsync(restoreId, announcement, cancellation);
    }

    /// <summary>What <see cref="RestoreRecord.Announced"/> says once the failure of an attempt was told.</summary>
    internal static string AnnouncementOf(int attempt) => $"failed {attempt}";

    /// <summary>The restore and attempt whose execution an event is about, where its name says so.</summary>
    public static (string RestoreId, int Attempt)? RestoreIdOf(EventEnvelope envelope) =>
        envelope.DetailText("name") is { } name ? RestoreId.OfExecution(name) : null;
}
