using System.Text.Json.Nodes;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>An execution of the workflow as an operator reads it.</summary>
internal sealed record Execution(string Name, string Status, IReadOnlyList<JsonObject> Events)
{
    /// <summary>The calls of the datastores' functions, in order.</summary>
    public IReadOnlyList<DatastoreCall> DatastoreCalls { get; } =
    [
        .. Events.Where(happened => (string?)happened["type"] == "TaskScheduled")
            .Select(happened => (At: InstantOf(happened), Payload: JsonNode.Parse((string)happened["taskScheduledEventDetails"]!["parameters"]!)!["Payload"]))
            .Where(call => call.Payload?["operation"] is not null)
            .Select(call => new DatastoreCall(call.At, (string)call.Payload!["operation"]!, (string)call.Payload["datastore"]!, (string?)call.Payload["target"]?["arn"])),
    ];

    /// <summary>The errors of tasks, in order.</summary>
    public IEnumerable<string> Failures => Events.Select(happened => (string?)happened["taskFailedEventDetails"]?["error"]).OfType<string>();

    /// <summary>The states entered, in order.</summary>
    public IEnumerable<string> States => Events.Select(happened => (string?)happened["stateEnteredEventDetails"]?["name"]).OfType<string>();

    public IEnumerable<DatastoreCall> CallsOf(string datastore) => DatastoreCalls.Where(call => call.Datastore == datastore);

    private static DateTimeOffset InstantOf(JsonObject happened) => DateTimeOffset.UnixEpoch.AddMilliseconds((double)(decimal)happened["timestamp"]! * 1000);
}

/// <param name="Target">The ARN of a restored copy; null for the registered resource.</param>
internal sealed record DatastoreCall(DateTimeOffset At, string Operation, string Datastore, string? Target);
