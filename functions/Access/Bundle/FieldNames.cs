using System.Text;
using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>What a field is called on the page: as the data map says, else in words for what every file has, else its own name with spaces.</summary>
internal sealed class FieldNames(BundleSection section)
{
    private static readonly Dictionary<string, string> OfFiles = new(StringComparer.Ordinal)
    {
        [SectionSource.FileField] = "File",
        ["key"] = "Name where it is stored",
        ["size"] = "Size in bytes",
        ["lastModified"] = "Last changed",
        ["contentType"] = "Kind of file",
        ["isLatest"] = "Newest version",
        ["version"] = "Version",
        ["metadata"] = "Stored with it",
    };

    private readonly IReadOnlyDictionary<string, string> labels = section.Entry?.Export.Labels ?? new Dictionary<string, string>();

    public string Of(string path) =>
        labels.TryGetValue(path, out var label) || (section.Task.Files > 0 && OfFiles.TryGetValue(path, out label)) ? label : Words(path[(path.LastIndexOf('.') + 1)..]);

    private static string Words(string name)
    {
        var words = new StringBuilder();
        foreach (var character in name)
        {
            if (character is '_' or '-') words.Append(' ');
            else if (char.IsUpper(character) && words.Length > 0 && char.IsLower(words[^1])) words.Append(' ').Append(char.ToLowerInvariant(character));
            else words.Append(character);
        }

        var text = words.ToString().Trim();
        return text.Length == 0 ? name : char.ToUpperInvariant(text[0]) + text[1..];
    }
}
