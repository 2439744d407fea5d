using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>One value of a record on the page: in words, or as a list of what it consists of.</summary>
/// <param name="redacted">The paths of what was left out of the record.</param>
internal sealed class ValueHtml(FieldNames names, IReadOnlyCollection<string> redacted)
{
    /// <summary>The page is for reading; the data is complete.</summary>
    private const int MaxCharacters = 2000;

    private const string LeftOut = "<em class=\"note\">left out: about someone else</em>";

    public void Write(StringBuilder html, JsonNode? value, string path)
    {
        if (value is JsonObject fields) WriteFields(html, fields, path);
        else if (value is JsonArray list) WriteList(html, list, path);
        else if (value is null) html.Append(redacted.Contains(path) ? LeftOut : "<span class=\"note\">not given</span>");
        else html.Append(Simple((JsonValue)value));
    }

    public static void WriteFile(StringBuilder html, string path, long size) =>
        html.Append("<a href=\"").Append(Html.Link(path)).Append("\">").Append(Html.Value(path[(path.LastIndexOf('/') + 1)..])).Append("</a> (").Append(Html.Size(size)).Append(')');

    private static string Simple(JsonValue value) => value.GetValueKind() switch
    {
        JsonValueKind.True => "Yes",
        JsonValueKind.False => "No",
        JsonValueKind.String => Text(value.GetValue<string>()),
        _ => Html.Text(value.ToJsonString()),
    };

    private static string Text(string text)
    {
        if (text.Length == 0) return "<span class=\"note\">empty</span>";
        if (text.Length <= MaxCharacters) return Html.Value(text);
        var end = char.IsHighSurrogate(text[MaxCharacters - 1]) ? MaxCharacters - 1 : MaxCharacters;
        return $"{Html.Value(text[..end])} <span class=\"note\">(shortened here; the data has all of it)</span>";
    }

    private void WriteFields(StringBuilder html, JsonObject fields, string path)
    {
        if (fields.Count == 0)
        {
            html.Append("<span class=\"note\">empty</span>");
            return;
        }

        html.Append("<dl>");
        foreach (var (name, value) in fields)
        {
            html.Append("<dt>").Append(Html.Value(names.Of($"{path}.{name}"))).Append("</dt><dd>");
            Write(html, value, $"{path}.{name}");
            html.Append("</dd>");
        }

        html.Append("</dl>");
    }

    /// <summary>A list stands on the way of a path: its elements have the path of the list.</summary>
    private void WriteList(StringBuilder html, JsonArray list, string path)
    {
        if (list.Count == 0)
        {
            html.Append("<span class=\"note\">empty</span>");
            return;
        }

        html.Append("<ul>");
        foreach (var element in list)
        {
            html.Append("<li>");
            Write(html, element, path);
            html.Append("</li>");
        }

        html.Append("</ul>");
    }
}
