using System.Text.Json.Nodes;

namespace ServerlessGdpr.Local.StepFunctions.History;

/// <summary>What happened, in the shape of GetExecutionHistory.</summary>
/// <param name="Type">For example <c>TaskStateEntered</c>.</param>
/// <param name="DetailsName">The member that has the details, for example <c>stateEnteredEventDetails</c>.</param>
internal sealed record EventBody(string Type, string? DetailsName = null, JsonObject? Details = null);

/// <param name="Id">Counts from 1 within the execution.</param>
/// <param name="PreviousId">The event that led to this one; 0 for none.</param>
internal sealed record HistoryEvent(long Id, long PreviousId, DateTimeOffset Timestamp, EventBody Body)
{
    public JsonObject ToJson(bool withData)
    {
        var json = new JsonObject
        {
            ["timestamp"] = Timestamp.ToUnixTimeMilliseconds() / 1000m,
            ["type"] = Body.Type,
            ["id"] = Id,
            ["previousEventId"] = PreviousId,
        };
        if (Body.DetailsName is null) return json;
        var details = Body.Details!.DeepClone().AsObject();
        if (!withData)
        {
            foreach (var field in (string[])["input", "output", "inputDetails", "outputDetails", "parameters"]) details.Remove(field);
        }

        json[Body.DetailsName] = details;
        return json;
    }
}
