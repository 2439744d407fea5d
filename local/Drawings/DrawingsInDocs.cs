using System.Text.Json.Nodes;

namespace ServerlessGdpr.Local.Drawings;

/// <summary>Keeps the drawings in a document current: each stands between <c>&lt;!-- drawing:NAME --&gt;</c> and <c>&lt;!-- /drawing:NAME --&gt;</c>.</summary>
public static class DrawingsInDocs
{
    public const string Document = "docs/architecture.md";

    /// <summary>The document with every workflow of <paramref name="root"/> drawn anew.</summary>
    /// <exception cref="InvalidDataException">The document has no place for a workflow's drawing.</exception>
    public static string Redraw(string root)
    {
        var text = File.ReadAllText(Path.Combine(root, Document));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(root, "infra", "workflows"), "*.asl.json").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(file).Split('.')[0];
            var (begin, end) = ($"<!-- drawing:{name} -->", $"<!-- /drawing:{name} -->");
            var (from, to) = (text.IndexOf(begin, StringComparison.Ordinal), text.IndexOf(end, StringComparison.Ordinal));
            if (from < 0 || to < from) throw new InvalidDataException($"{Document} has no {begin} ... {end}.");
            var drawing = WorkflowDrawing.Of(JsonNode.Parse(File.ReadAllText(file))!.AsObject());
            text = $"{text[..(from + begin.Length)]}\n```mermaid\n{drawing}```\n{text[to..]}";
        }

        return text;
    }
}
