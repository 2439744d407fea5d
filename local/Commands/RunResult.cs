using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ServerlessGdpr.Local.Commands;

/// <summary>What a run came to, as <c>--json</c> prints it.</summary>
public sealed record RunResult(bool Ok, IReadOnlyList<RequestResult> Requests, IReadOnlyList<CheckResult> Checks)
{
    private static readonly JsonSerializerOptions Line = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string ToLine() => JsonSerializer.Serialize(this, Line);

    public Task WriteAsync(string file, CancellationToken cancellation) => File.WriteAllTextAsync(file, JsonSerializer.Serialize(this, Indented) + "\n", cancellation);
}

/// <param name="Id">The application's id of the request; the event's id where it has none.</param>
/// <param name="Status">The status last published; <c>sent</c> before the first.</param>
public sealed record RequestResult(string Id, string? Type, string Status, IReadOnlyList<DatastoreResult> Datastores)
{
    /// <summary>Why it was refused or failed; absent where there is nothing to say.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<StatusEvent.Reason>? Reasons { get; init; }
}

public sealed record DatastoreResult(string Name, string? Kind, string Outcome, long Found, long Erased, long Remaining)
{
    /// <summary>The ARN of a restored copy; absent for the registered resource.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Target { get; init; }
}

/// <param name="Name">What was promised, as a sentence.</param>
public sealed record CheckResult(string Name, bool Ok);
