using Microsoft.Extensions.Logging;
using ServerlessGdpr.Functions.Requests;

namespace ServerlessGdpr.Functions.Restores;

/// <summary>A replay that failed, timed out or was aborted leaves its restore waiting, visibly, until an operator retries it. Step Functions tells of it with an event, at its best effort, and when asked.</summary>
public sealed class RecordReplayFailure(RestoreStore restores, RestoreStatusEvents events, ReplayStarter replay, ILogger<RecordReplayFailure> log)
{
    public async Task ReceiveAsync(EventEnvelope envelope, CancellationToken cancellation)
    {
        if (ExecutionFailure.CodeOf(envelope, replay.WorkflowArn) is not { } code
            || RestoreIdOf(envelope) is not var (restoreId, attempt)
            || !await RecordAsync(restoreId, attempt, code, cancellation))
            log.ReplayFailureIgnored(envelope.Id);
    }

    /// <summary>For a restore whose replay should be at work: one whose execution is not there is started.</summary>
    public async Task CheckAsync(RestoreRecord restore, CancellationToken cancellation)
    {
        var status = await replay.StatusAsync(restore.RestoreId, restore.Attempt, cancellation);
        if (status is null) await replay.StartAsync(restore.RestoreId, restore.Attempt, cancellation);
        else if (ExecutionFailure.CodeOf(status) is { } code) await RecordAsync(restore.RestoreId, restore.Attempt, code, cancellation);
    }

    /// <summary>What <see cref="RestoreRecord.Announced"/> says once the failure of an attempt was told.</summary>
    internal static string AnnouncementOf(int attempt) => $"failed {attempt}";

    /// <summary>The restore and attempt whose execution an event is about, where its name says so.</summary>
    public static (string RestoreId, int Attempt)? RestoreIdOf(EventEnvelope envelope) =>
        envelope.DetailText("name") is { } name ? RestoreId.OfExecution(name) : null;

    /// <returns>False when it does not matter any more.</returns>
    private async Task<bool> RecordAsync(string restoreId, int attempt, string code, CancellationToken cancellation)
    {
        if (await restores.TryFailAsync(restoreId, attempt, cancellation) is not { } restore) return false;

        log.ReplayFailed(restoreId, attempt, code);
        var announcement = AnnouncementOf(attempt);
        if (restore.Announced == announcement) return true;
        await events.PublishAsync(restore, cancellation);
        await restores.MarkAnnouncedAsync(restoreId, announcement, cancellation);
        return true;
    }
}
