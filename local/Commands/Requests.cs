using System.Text.Json.Nodes;
using ServerlessGdpr.Local.EventBridge;

namespace ServerlessGdpr.Local.Commands;

/// <summary>Publishes events and follows what becomes of them.</summary>
internal sealed class Requests(LocalSession session, RunLog log)
{
    private const int EventsPerCall = 10;

    /// <exception cref="InputError">An event names a bus that does not exist; nothing has been sent.</exception>
    public async Task<IReadOnlyList<SentEvent>> SendAsync(IReadOnlyList<EventEntry> events, CancellationToken cancellation)
    {
        var buses = session.Cloud.Get<EventBuses>();
        if (events.FirstOrDefault(entry => entry.EventBusName is not null && buses.Find(entry.EventBusName) is null) is { } lost)
        {
            throw new InputError($"{lost.Where}: there is no event bus {lost.EventBusName}.");
        }

        List<SentEvent> sent = [];
        foreach (var batch in events.Chunk(EventsPerCall))
        {
            var answers = (await session.Clients.PutEventsAsync(new JsonArray([.. batch.Select(Entry)]), cancellation))["Entries"]!.AsArray();
            sent.AddRange(batch.Select((entry, index) => answers[index]!["EventId"]?.GetValue<string>() is { } id
                ? new SentEvent(id, entry)
                : throw new InputError($"{entry.Where}: the bus refused it: {answers[index]!["ErrorMessage"]}")));
        }

        log.Line($"Published {sent.Count} event(s): {string.Join(", ", sent.Select(one => one.Entry.DetailType).Distinct())}", "blue");
        return sent;
    }

    /// <summary>Waits until every event has been answered: accepted or refused, or with <paramref name="toTheEnd"/> until nothing more happens by itself.</summary>
    public async Task UntilAnsweredAsync(IReadOnlyList<SentEvent> sent, bool toTheEnd, CancellationToken cancellation)
    {
        await session.Statuses.UntilAsync(events => sent.All(one => events.Any(status => one.IsAnsweredBy(status) && (status.IsEnd || !toTheEnd))), cancellation);

        // The last word on a request is published a moment before its execution ends; one that asks an operator does not end.
        if (toTheEnd && session.Statuses.Events.All(status => status.Waiting.Count == 0)) await session.Executions.UntilEndedAsync(cancellation);
    }

    /// <summary>One result per request, from the last status the bus has told of it.</summary>
    public IReadOnlyList<RequestResult> Results(IReadOnlyList<SentEvent> sent) =>
        [.. sent.Select(Result).DistinctBy(result => result.Id)];

    private RequestResult Result(SentEvent one)
    {
        var statuses = session.Statuses.Events.Where(one.IsAnsweredBy).ToList();
        var last = statuses.LastOrDefault(status => status.IsEnd) ?? statuses.LastOrDefault();
        return new RequestResult(
            last?.SubjectRequestId ?? one.Entry.SubjectRequestId ?? one.EventId,
            last?.SubjectRequestType ?? one.Entry.SubjectRequestType,
            last?.RequestStatus ?? "sent",
            [.. (last?.Outcomes ?? []).Select(outcome => new DatastoreResult(outcome.Datastore, outcome.Kind, outcome.Name, outcome.Found, outcome.Erased, outcome.Remaining) { Target = outcome.Target })])
        {
            Reasons = last?.Reasons is [_, ..] reasons ? reasons : null,
        };
    }

    private JsonObject Entry(EventEntry entry)
    {
        var put = entry.Entry.DeepClone().AsObject();
        put["Detail"] = entry.Detail.ToJsonString();
        put["EventBusName"] = entry.EventBusName ?? session.BusName;
        return put;
    }
}

/// <param name="EventId">The id EventBridge gave it.</param>
internal sealed record SentEvent(string EventId, EventEntry Entry)
{
    /// <summary>A status is about the event itself, or about the request the event is about.</summary>
    public bool IsAnsweredBy(StatusEvent status) =>
        status.SourceEventId == EventId
        || (Entry.SubjectRequestId is { } id && status.Source == Entry.Source && string.Equals(status.SubjectRequestId, id, StringComparison.OrdinalIgnoreCase));
}
