using System.Text.Json;

namespace ServerlessGdpr.Functions.Runtime.Aws;

/// <summary>The error body of the AWS JSON protocol. Only the code is read: the message may quote the input.</summary>
internal static class AwsErrorBody
{
    /// <summary>The error code, without its namespace (<c>com.amazonaws.states#ExecutionAlreadyExists</c>); <c>Unknown</c> when there is none.</summary>
    public static string Code(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var json = JsonDocument.ParseValue(ref reader);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("__type", out var type)
                && type.GetString() is { Length: > 0 } name
                ? name[(name.LastIndexOf('#') + 1)..]
                : "Unknown";
        }
        catch (Exception invalid) when (invalid is JsonException or InvalidOperationException)
        {
            return "Unknown";
        }
    }
}
