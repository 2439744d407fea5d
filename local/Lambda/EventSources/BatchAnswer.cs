using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Lambda.EventSources;

/// <summary>Reads <c>{"batchItemFailures":[{"itemIdentifier":"..."}]}</c> as Lambda does.</summary>
public static class BatchAnswer
{
    /// <summary>
    /// The messages that are dealt with: all but those reported. None when the answer is not what Lambda can read, or reports an identifier that is
    /// empty, null, missing or of no message in the batch; all when the answer or its list is null or empty.
    /// </summary>
    public static IReadOnlyList<QueueMessage> Done(IReadOnlyList<QueueMessage> batch, string payload)
    {
        if (Failures(payload) is not { } failures) return [];
        var failed = failures.Select(failure => (failure as JsonObject)?["itemIdentifier"] is JsonValue value && value.TryGetValue(out string? id) ? id : null).ToHashSet();
        var ids = batch.Select(message => message.MessageId).ToHashSet();
        return failed.All(id => id is not null && ids.Contains(id)) ? [.. batch.Where(message => !failed.Contains(message.MessageId))] : [];
    }

    /// <returns>Null when the answer cannot be read.</returns>
    private static JsonArray? Failures(string payload)
    {
        if (payload.Length == 0) return [];
        try
        {
            return JsonNode.Parse(payload) switch
            {
                null => [],
                JsonObject answer when answer["batchItemFailures"] is null => [],
                JsonObject answer => answer["batchItemFailures"] as JsonArray,
                _ => null,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
