using System.Text.Json.Serialization;

namespace ServerlessGdpr.Functions.Runtime.Aws;

/// <inheritdoc cref="IEventPublisher"/>
public sealed class EventPublisher(AwsJsonClient eventBridge) : IEventPublisher
{
    public async Task PublishAsync(string busName, string source, string detailType, string detailJson, CancellationToken cancellation)
    {
        var answer = await eventBridge.CallAsync(
            "PutEvents",
            new PutEventsInput([new PutEventsEntry(busName, source, detailType, detailJson)]),
            FunctionsJson.Default.PutEventsInput,
            FunctionsJson.Default.PutEventsOutput,
            cancellation);
        if (answer.FailedEntryCount > 0) throw new EventNotAccepted(answer.Entries.FirstOrDefault(entry => entry.ErrorCode is not null)?.ErrorCode);
    }
}

public sealed record PutEventsInput([property: JsonPropertyName("Entries")] IReadOnlyList<PutEventsEntry> Entries);

public sealed record PutEventsEntry(
    [property: JsonPropertyName("EventBusName")] string EventBusName,
    [property: JsonPropertyName("Source")] string Source,
    [property: JsonPropertyName("DetailType")] string DetailType,
    [property: JsonPropertyName("Detail")] string Detail);

public sealed record PutEventsOutput(
    [property: JsonPropertyName("FailedEntryCount")] int FailedEntryCount,
    [property: JsonPropertyName("Entries")] IReadOnlyList<PutEventsResult> Entries);

public sealed record PutEventsResult([property: JsonPropertyName("ErrorCode")] string? ErrorCode = null);
