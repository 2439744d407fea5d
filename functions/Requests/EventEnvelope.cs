using System.Text.Json;
using System.Text.RegularExpressions;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>An event as EventBridge delivers it.</summary>
public sealed partial record EventEnvelope
{
    /// <summary>EventBridge's own id of the event; where the body has none, the queue's id of the message. The detail's author has no say in it.</summary>
    public required string Id { get; init; }

    /// <summary>The application; on a custom bus the bus policy says who may use which.</summary>
    public required string Source { get; init; }

    public required string DetailType { get; init; }

    public DateTimeOffset? Time { get; init; }

    public string? Account { get; init; }

    public string? Region { get; init; }

    /// <summary>A JSON object. It may hold identities: never logged.</summary>
    public required JsonElement Detail { get; init; }

    /// <summary>The source where it has the form of one, for what we record and publish.</summary>
    public string? PrintableSource => SourcePattern.IsMatch(Source) ? Source : null;

    /// <summary>The detail-type where it is one of ours, for what we record and publish.</summary>
    public string? KnownDetailType => DetailTypes.All.Contains(DetailType) ? DetailType : null;

    /// <summary>The application's id of the request where it is a UUID, for what we record and publish.</summary>
    public string? SubjectRequestId => Guid.TryParseExact(Text(Detail, "subject_request_id"), "D", out var id) ? id.ToString() : null;

    /// <summary>A text of the detail, where it is one.</summary>
    public string? DetailText(string field) => Text(Detail, field);

    public override string ToString() => $"event {Id}";

    /// <returns>Null when the body is not the JSON of an event.</returns>
    public static EventEnvelope? Parse(string body, string messageId)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return Read(document.RootElement, messageId);
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException)
        {
            // Not JSON, or text that is no text; the exception's message quotes it.
            return null;
        }
    }

    private static EventEnvelope? Read(JsonElement root, string messageId)
    {
        if (root.ValueKind != JsonValueKind.Object) return null;
        if (Text(root, "source") is not { Length: > 0 } source || Text(root, "detail-type") is not { Length: > 0 } detailType) return null;
        if (!root.TryGetProperty("detail", out var detail) || detail.ValueKind != JsonValueKind.Object) return null;
        return new()
        {
            Id = Guid.TryParseExact(Text(root, "id"), "D", out var id) ? id.ToString() : messageId,
            Source = source,
            DetailType = detailType,
            Time = Text(root, "time") is { } time ? Rfc3339.Parse(time, out _) : null,
            Account = Text(root, "account"),
            Region = Text(root, "region"),
            Detail = detail.Clone(),
        };
    }

    private static string? Text(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String) return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: no text.
            return null;
        }
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._/-]{0,127}\\z", RegexOptions.None, 1000)]
    private static partial Regex SourcePattern { get; }
}
