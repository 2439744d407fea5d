using System.Text.Json;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Restores.Recognition;
using ServerlessGdpr.Functions.Restores.Replay;
using ServerlessGdpr.Functions.Runtime.Aws;

namespace ServerlessGdpr.Functions.Restores;

/// <summary>Tells the bus where a restore stands.</summary>
public sealed class RestoreStatusEvents(IEventPublisher publisher, string busName)
{
    public const string DetailType = nameof(RestoreStatusChanged);

    private static readonly (Announcers Flag, string Name)[] AnnouncerNames =
        [(Announcers.AwsBackup, "aws_backup"), (Announcers.Rds, "rds"), (Announcers.CloudTrail, "cloud_trail"), (Announcers.Reconciler, "reconciler")];

    public Task PublishAsync(RestoreRecord record, CancellationToken cancellation) => PublishAsync(Of(record), cancellation);

    /// <summary>An event about a restore could not be processed: an operator has to look, at the restore where it is known.</summary>
    public Task PublishDeadLetterAsync(RestoreRecord? record, string eventId, CancellationToken cancellation)
    {
        var detail = record is null ? new RestoreStatusChanged { RestoreStatus = RestoreStatuses.Waiting } : Of(record);
        return PublishAsync(detail with { OperatorReason = OperatorReasons.DeadLetter, SourceEventId = eventId }, cancellation);
    }

    internal static RestoreStatusChanged Of(RestoreRecord record)
    {
        var restore = record.Restore;
        var (counts, swept) = (record.Counts, record.Sweep > 0);
        return new()
        {
            RestoreId = record.RestoreId,
            RestoreStatus = record.Status,
            Datastores = record.Datastores,
            NotReplayed = record.NotReplayed is [] ? null : record.NotReplayed,
            TargetArn = restore.Target?.Arn,
            SourceArn = restore.SourceArn,
            AsOf = record.EffectiveAsOf,
            AsOfConfidence = record.IsResolved ? ConfidenceOf(record).ToString().ToLowerInvariant() : null,
            AnnouncedBy = [.. AnnouncerNames.Where(announcer => restore.AnnouncedBy.HasFlag(announcer.Flag)).Select(announcer => announcer.Name)],
            Sweep = swept ? record.Sweep : null,
            Selected = swept ? counts.Selected : null,
            Erased = swept ? record.ErasedInAll : null,
            Remaining = swept ? counts.Remaining : null,
            Newer = swept ? counts.Newer : null,
            Unproven = swept ? counts.Unproven : null,
            Exempt = swept ? counts.Exempt : null,
            ExemptUntil = swept ? counts.ExemptUntil : null,
            PossibleOverErasure = swept && record is { IsResolved: true, EffectiveAsOf: null } ? record.ErasedInAll : null,
            FailedBatches = swept ? counts.FailedBatches : null,
            QuarantinedAt = record.QuarantinedAt,
            QuarantineGapSeconds = Seconds(record.UsableAt, record.QuarantinedAt),
            UsableAt = record.UsableAt,
            CleanAt = record.CleanAt,
            TimeToCleanSeconds = Seconds(restore.StartedAt, record.CleanAt),
            OperatorReason = record.OperatorReason,
            Reason = record.Reason,
        };
    }

    private static AsOfConfidence ConfidenceOf(RestoreRecord record) => record.EffectiveAsOf is null ? AsOfConfidence.Unknown : record.ResolvedAsOf().Confidence;

    private static double? Seconds(DateTimeOffset? from, DateTimeOffset? until) => until - from is { } span ? Math.Max(0, span.TotalSeconds) : null;

    private Task PublishAsync(RestoreStatusChanged detail, CancellationToken cancellation) =>
        publisher.PublishAsync(busName, StatusEvents.Source, DetailType, JsonSerializer.Serialize(detail, EventsJson.Default.RestoreStatusChanged), cancellation);
}
