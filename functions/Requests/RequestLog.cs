using Microsoft.Extensions.Logging;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>What intake logs: ids of ours, codes and counts.</summary>
internal static partial class RequestLog
{
    [LoggerMessage(2000, LogLevel.Information, "Request {RequestId} accepted from event {EventId}: {Reachable} datastores reachable, {Unreachable} not")]
    public static partial void Accepted(this ILogger log, string requestId, string eventId, int reachable, int unreachable);

    [LoggerMessage(2001, LogLevel.Information, "Event {EventId} repeats request {RequestId}")]
    public static partial void Repeated(this ILogger log, string eventId, string requestId);

    [LoggerMessage(2002, LogLevel.Warning, "Event {EventId} rejected: {Codes}")]
    public static partial void Rejected(this ILogger log, string eventId, string codes);

    [LoggerMessage(2003, LogLevel.Information, "Execution {Execution} started: {New}")]
    public static partial void Started(this ILogger log, string execution, bool @new);

    [LoggerMessage(2004, LogLevel.Information, "Cancellation of request {RequestId} by event {EventId}: {Outcome}")]
    public static partial void Cancelled(this ILogger log, string requestId, string eventId, string outcome);

    [LoggerMessage(2005, LogLevel.Information, "Decision {Choice} of event {EventId} taken for request {RequestId}")]
    public static partial void Decided(this ILogger log, string choice, string eventId, string requestId);

    [LoggerMessage(2006, LogLevel.Error, "Request {RequestId} failed in attempt {Attempt}: {Code}")]
    public static partial void Failed(this ILogger log, string requestId, int attempt, string code);

    [LoggerMessage(2007, LogLevel.Information, "Event {EventId} is about no execution of a request, or about one that no longer matters")]
    public static partial void ExecutionIgnored(this ILogger log, string eventId);

    [LoggerMessage(2008, LogLevel.Error, "Dead letter {MessageId} of event {EventId} kept in the vault")]
    public static partial void DeadLetterKept(this ILogger log, string messageId, string eventId);
}
