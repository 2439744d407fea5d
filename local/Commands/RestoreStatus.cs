using System.Text.Json;

namespace ServerlessGdpr.Local.Commands;

/// <summary>The detail of a RestoreStatusChanged event, as a privacy officer's tool reads it.</summary>
public sealed record RestoreStatus
{
    public const string DetailType = "RestoreStatusChanged";

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public required string RestoreId { get; init; }

    [System.Text.Json.Serialization.JsonPropertyName("restore_status")]
    public required string Status { get; init; }

    public string? TargetArn { get; init; }

    public long Selected { get; init; }

    public long Erased { get; init; }

    public long Remaining { get; init; }

    public double? TimeToCleanSeconds { get; init; }

    /// <param name="envelope">The whole event, as a queue holds it.</param>
    /// <returns>Null for an event of another kind.</returns>
    public static RestoreStatus? Parse(string envelope)
    {
        using var document = JsonDocument.Parse(envelope);
        return document.RootElement.GetProperty("detail-type").GetString() == DetailType ? document.RootElement.GetProperty("detail").Deserialize<RestoreStatus>(Json) : null;
    }
}
