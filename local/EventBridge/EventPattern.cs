using System.Text.Json;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.EventBridge;

/// <summary>An event pattern: every field must match, a field matches when one of its matchers does; <c>$or</c> needs one of several patterns.</summary>
internal sealed class EventPattern
{
    private readonly List<Func<JsonElement, bool>> conditions = [];

    private EventPattern(JsonElement pattern, string path)
    {
        if (pattern.ValueKind != JsonValueKind.Object) throw Invalid(path, "must be an object or an array");
        foreach (var field in pattern.EnumerateObject())
        {
            var fieldPath = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
            conditions.Add(field.Name == "$or" ? Either(field.Value, fieldPath) : Field(field.Name, field.Value, fieldPath));
        }

        if (conditions.Count == 0) throw Invalid(path, "an empty pattern is not allowed");
    }

    /// <exception cref="AwsError"><c>InvalidEventPatternException</c>: not JSON, or a matcher that does not exist.</exception>
    public static EventPattern Parse(string pattern)
    {
        try
        {
            using var document = JsonDocument.Parse(pattern, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return new EventPattern(document.RootElement.Clone(), "");
        }
        catch (JsonException)
        {
            throw new AwsError("InvalidEventPatternException", "Event pattern is not valid. Reason: it is not JSON.");
        }
    }

    public bool Matches(JsonElement value) => conditions.TrueForAll(condition => condition(value));

    internal static AwsError Invalid(string path, string reason) =>
        new("InvalidEventPatternException", $"Event pattern is not valid. Reason: {(path.Length == 0 ? "the pattern" : path)}: {reason}.");

    private static Func<JsonElement, bool> Either(JsonElement alternatives, string path)
    {
        if (alternatives.ValueKind != JsonValueKind.Array || alternatives.GetArrayLength() < 2) throw Invalid(path, "must be an array of two patterns or more");
        var patterns = alternatives.EnumerateArray().Select(alternative => new EventPattern(alternative, path)).ToList();
        return value => patterns.Exists(pattern => pattern.Matches(value));
    }

    private static Func<JsonElement, bool> Field(string name, JsonElement expected, string path)
    {
        if (expected.ValueKind == JsonValueKind.Array)
        {
            if (expected.GetArrayLength() == 0) throw Invalid(path, "an empty array is not allowed");
            var matchers = expected.EnumerateArray().Select(matcher => Matcher.Parse(matcher, path)).ToList();
            return value => Leaves(Get(value, name)).ToList() is var leaves && matchers.Exists(matcher => matcher.Matches(leaves));
        }

        var nested = new EventPattern(expected, path);
        return value => Objects(Get(value, name)).Exists(nested.Matches);
    }

    private static JsonElement? Get(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) ? member : null;

    /// <summary>The scalars of a field: itself, or what its array holds. Objects are no leaves.</summary>
    private static IEnumerable<JsonElement> Leaves(JsonElement? value) => value switch
    {
        null or { ValueKind: JsonValueKind.Object } => [],
        { ValueKind: JsonValueKind.Array } array => array.EnumerateArray().SelectMany(item => Leaves(item)),
        { } scalar => [scalar],
    };

    /// <summary>The objects of a field: itself, or those in its array. An absent one still can satisfy <c>exists: false</c>.</summary>
    private static List<JsonElement> Objects(JsonElement? value)
    {
        var found = Find(value).ToList();
        return found.Count > 0 ? found : [default];

        static IEnumerable<JsonElement> Find(JsonElement? value) => value switch
        {
            { ValueKind: JsonValueKind.Object } single => [single],
            { ValueKind: JsonValueKind.Array } array => array.EnumerateArray().SelectMany(item => Find(item)),
            _ => [],
        };
    }
}
