using System.Text.Json.Nodes;
using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>Of a record, the fields that its person provided (Art. 20).</summary>
internal static class ProvidedFields
{
    /// <param name="paths">As in <see cref="ExportRules.Provided"/>.</param>
    public static JsonObject Of(JsonObject record, IReadOnlyList<string> paths) => paths.Contains(ExportRules.Everything)
        ? record
        : Pick(record, [.. paths.Select(path => path.Split('.'))]) as JsonObject ?? [];

    private static JsonNode? Pick(JsonNode? node, IReadOnlyList<string[]> paths)
    {
        if (paths.Any(path => path.Length == 0)) return node?.DeepClone();
        if (node is JsonArray list) return new JsonArray([.. list.Where(HasFields).Select(element => Pick(element, paths))]);
        if (node is not JsonObject parent) return null;

        var picked = new JsonObject();
        foreach (var (name, value) in parent)
        {
            string[][] inside = [.. paths.Where(path => path[0] == name).Select(path => path[1..])];
            if (inside.Any(path => path.Length == 0) || (inside.Length > 0 && HasFields(value))) picked[name] = Pick(value, inside);
        }

        return picked;
    }

    private static bool HasFields(JsonNode? node) => node is JsonObject or JsonArray;
}
