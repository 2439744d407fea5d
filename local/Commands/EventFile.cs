using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessGdpr.Local.Commands;

/// <summary>
/// A file with one event or an array of events, each as a PutEvents entry whose Detail is an object:
/// <c>{"Source":"com.example.shop","DetailType":"ErasureRequested","Detail":{...}}</c>, optionally with Time, Resources and EventBusName.
/// </summary>
public static class EventFile
{
    private static readonly HashSet<string> Known = ["Source", "DetailType", "Detail", "EventBusName", "Time", "Resources", "TraceHeader"];
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <exception cref="InputError">A file is missing or holds something else; nothing of any file may be sent.</exception>
    public static IReadOnlyList<EventEntry> ReadAll(IEnumerable<string> files) => [.. files.SelectMany(Read)];

    private static IEnumerable<EventEntry> Read(string file)
    {
        var entries = Parse(file) switch
        {
            JsonArray { Count: > 0 } list => list.ToList(),
            JsonObject one => [one],
            _ => throw new InputError($"{file}: must hold an event object, or an array of at least one."),
        };
        return entries.Select((entry, index) => ReadEntry(entry, entries.Count == 1 ? file : $"{file}, event {index + 1}"));
    }

    private static JsonNode? Parse(string file)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(file), documentOptions: Strict);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputError($"{file}: there is no such file.");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new InputError($"{file}: cannot be read. {unreadable.Message}");
        }
        catch (JsonException wrong)
        {
            // The message of the exception may quote the text, which may name a person.
            throw new InputError($"{file}: is not JSON (line {wrong.LineNumber + 1}).");
        }
    }

    private static EventEntry ReadEntry(JsonNode? node, string where)
    {
        if (node is not JsonObject entry) throw new InputError($"{where}: is not an object.");
        if (entry.Select(property => property.Key).FirstOrDefault(name => !Known.Contains(name)) is { } unknown)
        {
            throw new InputError($"{where}: {unknown} is not a field of an event; it has Source, DetailType, Detail and perhaps EventBusName.");
        }

        return new EventEntry(
            where,
            Text(entry, "Source", where) ?? throw new InputError($"{where}: Source is missing."),
            Text(entry, "DetailType", where) ?? throw new InputError($"{where}: DetailType is missing."),
            entry["Detail"] as JsonObject ?? throw new InputError($"{where}: Detail must be an object."),
            Text(entry, "EventBusName", where),
            entry);
    }

    private static string? Text(JsonObject entry, string name, string where) => entry[name] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<string>(out var text) && text.Length > 0 => text,
        _ => throw new InputError($"{where}: {name} must be a text that is not empty."),
    };
}

/// <param name="Where">The file, and the place in it, for messages.</param>
/// <param name="EventBusName">Null for the deployed stack's bus.</param>
/// <param name="Entry">The event as the file has it.</param>
public sealed record EventEntry(string Where, string Source, string DetailType, JsonObject Detail, string? EventBusName, JsonObject Entry)
{
    /// <summary>The application's own id of the request, if it has one that can be told.</summary>
    public string? SubjectRequestId => Detail["subject_request_id"] is JsonValue value && value.TryGetValue<string>(out var id) ? id : null;

    public string? SubjectRequestType => Detail["subject_request_type"] is JsonValue value && value.TryGetValue<string>(out var type) ? type : null;
}
