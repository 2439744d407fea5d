using System.Text.Json;
using ServerlessGdpr.Functions.Runtime.Aws;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>Tells the bus where a request stands.</summary>
public sealed class StatusEvents(IEventPublisher publisher, string busName)
{
    public const string Source = "serverless-gdpr";
    public const string DetailType = nameof(RequestStatusChanged);

    /// <param name="status">One of <see cref="RequestStatuses"/>, except <see cref="RequestStatuses.Erasing"/>.</param>
    public Task PublishAsync(RequestRecord request, string status, CancellationToken cancellation, StatusDetails? details = null) =>
        PublishAsync(Of(request, status, details ?? new()), cancellation);

    /// <summary>For an event that belongs to no request.</summary>
    public Task PublishAsync(RequestStatusChanged detail, CancellationToken cancellation) =>
        publisher.PublishAsync(busName, Source, DetailType, JsonSerializer.Serialize(detail, EventsJson.Default.RequestStatusChanged), cancellation);

    internal static RequestStatusChanged Of(RequestRecord request, string status, StatusDetails details) => new()
    {
        Source = request.Source,
        SubjectRequestId = request.SubjectRequestId,
        SubjectRequestType = request.Type,
        RequestStatus = status,
        ExpectedCompletionTime = request.DueAt.ToOffset(request.SubmittedAt.Offset),
        SubmittedTime = request.SubmittedAt,
        ReceivedTime = request.ReceivedAt,
        SourceEventId = details.EventId ?? request.EventId,
        DryRun = request.DryRun,
        ResultsCount = details.Outcomes is [] ? null : details.Outcomes.Sum(outcome => request.DryRun || !request.IsErasure ? outcome.Found : outcome.Erased),
        Outcomes = NullIfEmpty(details.Outcomes),
        Reasons = NullIfEmpty(details.Reasons),
        BackupsExpireBy = details.BackupsExpireBy,
        ResultsUrl = details.Bundle?.Location,
        ResultsSize = details.Bundle?.Size,
        ResultsSha256 = details.Bundle?.Sha256,
        ResultsExpireAt = details.Bundle?.ExpiresAt,
        BundlesHeld = NullIfEmpty(details.BundlesHeld),
        EarlierErasures = NullIfEmpty(details.EarlierErasures),
        Waiting = NullIfEmpty(details.Waiting),
        Cancellation = details.Cancellation,
        DueNotice = details.DueNotice,
    };

    private static IReadOnlyList<T>? NullIfEmpty<T>(IReadOnlyList<T> list) => list.Count > 0 ? list : null;
}
