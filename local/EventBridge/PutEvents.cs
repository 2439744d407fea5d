using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.EventBridge;

/// <summary>PutEvents: each entry is accepted or refused by itself.</summary>
internal sealed class PutEvents(EventBuses buses, TimeProvider time)
{
    public JsonObject Run(PropertyReader request)
    {
        var entries = request.GetObjects("Entries");
        if (entries.Count is 0 or > EventLimits.MaximumEntries)
            throw new AwsError("ValidationException", $"Value at 'entries' failed to satisfy constraint: Member must have length between 1 and {EventLimits.MaximumEntries}.");
        var read = entries.Select(Entry.Read).ToList();
        request.RefuseOthers();
        if (read.Sum(entry => entry.Size) > EventLimits.MaximumBytes)
            throw new AwsError("ValidationException", "Total size of the entries in the request is over the limit.");

        var answers = read.ConvertAll(Put);
        return new JsonObject
        {
            ["FailedEntryCount"] = answers.Count(answer => answer.ContainsKey("ErrorCode")),
            ["Entries"] = new JsonArray([.. answers]),
        };
    }

    private JsonObject Put(Entry entry)
    {
        if (string.IsNullOrEmpty(entry.Source)) return Required("Source");
        if (string.IsNullOrEmpty(entry.DetailType)) return Required("DetailType");
        if (string.IsNullOrEmpty(entry.Detail)) return Required("Detail");
        if (entry.Source.StartsWith("aws.", StringComparison.Ordinal)) return Failed("NotAuthorizedForSourceException", "Not authorized for the source.");
        if (Parse(entry.Detail) is not { } detail) return Failed("MalformedDetail", "Detail is malformed.");

        // AWS answers success here and drops the event; that would hide a mistake.
        if (buses.Find(entry.Bus) is not { } bus) return Failed("ResourceNotFoundException", $"Event bus {entry.Bus} does not exist.");

        var accepted = BusEvent.Create(entry.Source, entry.DetailType, detail, entry.Resources, entry.Time ?? time.GetUtcNow());
        bus.Emit(accepted);
        return new JsonObject { ["EventId"] = accepted.Id };
    }

    private static JsonElement? Parse(string detail)
    {
        try
        {
            using var document = JsonDocument.Parse(detail, new JsonDocumentOptions { MaxDepth = EventLimits.MaximumDepth - 1 });
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonObject Required(string name) => Failed("InvalidArgument", $"Parameter {name} is not valid. Reason: {name} is a required argument.");

    private static JsonObject Failed(string code, string message) => new() { ["ErrorCode"] = code, ["ErrorMessage"] = message };

    private sealed record Entry(string? Source, string? DetailType, string? Detail, string? Bus, DateTimeOffset? Time, IReadOnlyList<string> Resources)
    {
        /// <summary>As AWS counts: 14 bytes for a time, and the text of everything else but the bus.</summary>
        public int Size { get; } = (Time is null ? 0 : 14) + new[] { Source, DetailType, Detail }.Concat(Resources).Sum(text => Encoding.UTF8.GetByteCount(text ?? ""));

        public static Entry Read(PropertyReader entry)
        {
            entry.WithoutLocalEffect("TraceHeader");
            return new Entry(
                entry.GetString("Source"),
                entry.GetString("DetailType"),
                entry.GetString("Detail"),
                entry.GetString("EventBusName"),
                ReadTime(entry),
                entry.GetStrings("Resources"));
        }

        private static DateTimeOffset? ReadTime(PropertyReader entry) => entry.GetString("Time") is not { } text
            ? null
            : double.TryParse(text, out var seconds) ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : throw entry.Invalid("Time", "seconds since 1970");
    }
}
