using System.Text.Json.Nodes;

namespace ServerlessGdpr.Functions.Access.Exports;

/// <summary>Leaves out fields about other people (Art. 15(4)): their values become null.</summary>
/// <remarks>A field may have a dot in its own name: <c>delivery.recipient</c> means that one too.</remarks>
internal static class Redaction
{
    /// <returns>How many values were left out, by the paths that named them; those that named none are not in it.</returns>
    public static IReadOnlyDictionary<string, long> Apply(JsonObject data, IReadOnlyList<string> paths)
    {
        var redacted = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            var values = Apply((JsonNode)data, path);
            if (values > 0) redacted[path] = values;
        }

        return redacted;
    }

    private static long Apply(JsonNode? node, string path) => node switch
    {
        JsonObject record => record.ToList().Sum(field => Apply(record, field.Key, field.Value, path)),
        JsonArray list => list.Sum(element => Apply(element, path)),
        _ => 0,
    };

    private static long Apply(JsonObject record, string field, JsonNode? value, string path)
    {
        if (value is null || !path.StartsWith(field, StringComparison.Ordinal)) return 0;
        if (path.Length == field.Length)
        {
            record[field] = null;
            return 1;
        }

        return path[field.Length] == '.' ? Apply(value, path[(field.Length + 1)..]) : 0;
    }
}
