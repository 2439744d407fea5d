using System.Text;
using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>What a field is called on the page: as the data map says, else its own name with spaces.</summary>
internal sealed class FieldNames(ExportRules rules)
{
    public string Of(string path)
    {
        if (rules.Labels.TryGetValue(path, out var label)) return label;
        var name = path[(path.LastIndexOf('.') + 1)..];
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
