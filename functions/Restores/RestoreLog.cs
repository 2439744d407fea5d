using Microsoft.Extensions.Logging;

namespace ServerlessGdpr.Functions.Restores;

/// <summary>What the intake of restores logs: ids, codes and counts; never the key of an object.</summary>
internal static partial class RestoreLog
{
    [LoggerMessage(2100, LogLevel.Information, "Restore {RestoreId} announced by event {EventId}: {Datastores} datastores, operator needed for {OperatorReason}")]
    public static partial void RestoreAnnounced(this ILogger log, string restoreId, string eventId, int datastores, string operatorReason);

    [LoggerMessage(2101, LogLevel.Information, "Event {EventId} ignored: {Reason}")]
    public static partial void RestoreIgnored(this ILogger log, string eventId, string reason);

    [LoggerMessage(2102, LogLevel.Warning, "Message {MessageId} rejected: it is no event")]
    public static partial void RestoreRejected(this ILogger log, string messageId);

    [LoggerMessage(2103, LogLevel.Information, "Replay {Execution} started: {New}")]
    public static partial void ReplayStarted(this ILogger log, string execution, bool @new);

    [LoggerMessage(2104, LogLevel.Information, "Decision {Choice} of event {EventId} taken for restore {RestoreId}")]
    public static partial void RestoreDecided(this ILogger log, string choice, string eventId, string restoreId);

    [LoggerMessage(2105, LogLevel.Error, "Replay of restore {RestoreId} ended in attempt {Attempt}: {Code}")]
    public static partial void ReplayFailed(this ILogger log, string restoreId, int attempt, string code);

    [LoggerMessage(2106, LogLevel.Information, "Event {EventId} is about no execution of a replay, or about one that no longer matters")]
    public static partial void ReplayFailureIgnored(this ILogger log, string eventId);

    [LoggerMessage(2107, LogLevel.Information, "Restore {RestoreId} goes on without an operator after event {EventId}")]
    public static partial void ReplayResumed(this ILogger log, string restoreId, string eventId);
}
