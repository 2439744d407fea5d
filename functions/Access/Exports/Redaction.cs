using System.Text.Json.Nodes;

namespace ServerlessGdpr.Functions.Access.Exports;

/// <summary>Leaves out what is about other people (Art. 15(4)).</summary>
internal static class Redaction
{
    /// <summary>Replaces the fields' values by null. A list on the way stands for each of its elements.</summary>
    /// <returns>The paths of those that had a value, and how many values they had.</returns>
    public static (IReadOnlyList<string> Paths, int Values) Apply(JsonObject data, IReadOnlyList<string> paths)
    {
        var redacted = new List<string>();
        var values = 0;
        foreach (var path in paths)
        {
            var found = Remove(data, path.Split('.'));
            if (found > 0) redacted.Add(path);
            values += found;
        }

        return (redacted, values);
    }

    private static int Remove(JsonNode? node, ReadOnlySpan<string> path)
    {
        if (node is JsonArray list)
        {
            var inside = 0;
            foreach (var element in list) inside += Remove(element, path);
            return inside;
        }

        if (node is not JsonObject parent || !parent.TryGetPropertyValue(path[0], out var child) || child is null) return 0;
        if (path.Length > 1) return Remove(child, path[1..]);
        parent[path[0]] = null;
        return 1;
    }
}
