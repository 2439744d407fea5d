using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>One value of a record on the page: in words, or as a list or a table of what it consists of.</summary>
/// <param name="redacted">The paths of what was left out of the record.</param>
internal sealed class ValueHtml(FieldNames names, IReadOnlyCollection<string> redacted)
{
    public const string LeftOut = "left out because it is about another person", NotGiven = "not given", Empty = "empty";

    /// <summary>Boxes in boxes are readable so far; what is deeper is shown as the data has it.</summary>
    private const int MaxDepth = 5;

    private const int MaxColumns = 4;

    public Html Of(JsonNode? value, string path, int depth = 0) => value switch
    {
        null => PageText.Note(redacted.Contains(path) ? LeftOut : NotGiven),
        JsonObject { Count: 0 } or JsonArray { Count: 0 } => PageText.Note(Empty),
        JsonValue single => Simple(single),
        _ when depth == MaxDepth => PageText.Value(value.ToJsonString(BundleJson.Readable.Options)),
        JsonArray list when ColumnsOf(list) is { Count: > 0 } columns => Table(list, columns, path, depth),
        JsonArray list => Html.Of($"<ul>{Html.Join(list.Select(element => Html.Of($"<li>{Of(element, path, depth + 1)}</li>")))}</ul>"),
        _ => Html.Of($"<dl>{Html.Join(value.AsObject().Select(field => Html.Of($"<div><dt>{Name($"{path}.{field.Key}")}</dt><dd>{Of(field.Value, $"{path}.{field.Key}", depth + 1)}</dd></div>")))}</dl>"),
    };

    public Html Name(string path) => Html.Of($"<bdi>{names.Of(path)}</bdi>");

    private static Html Simple(JsonValue value) => value.GetValueKind() switch
    {
        JsonValueKind.True => Html.Of($"Yes"),
        JsonValueKind.False => Html.Of($"No"),
        JsonValueKind.String => Text(value.GetValue<string>()),
        _ => Html.Of($"{value.ToJsonString()}"),
    };

    private static Html Text(string text)
    {
        if (text.Length == 0) return PageText.Note(Empty);
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return PageText.Day(day);
        return Instants.TryRead(text) is { } instant ? PageText.Moment(instant) : PageText.Value(text);
    }

    /// <returns>Null unless it is a list of plain things that have much in common.</returns>
    private static List<string>? ColumnsOf(JsonArray list)
    {
        if (list.Any(element => element is not JsonObject one || one.Any(field => field.Value is JsonObject or JsonArray))) return null;
        List<string> columns = [.. list.SelectMany(element => element!.AsObject().Select(field => field.Key)).Distinct(StringComparer.Ordinal).Take(MaxColumns + 1)];
        return columns.Count <= MaxColumns ? columns : null;
    }

    /// <summary>A list stands on the way of a path: its elements have the path of the list.</summary>
    private Html Table(JsonArray list, List<string> columns, string path, int depth)
    {
        var header = Html.Join(columns.Select(column => Html.Of($"<th scope=\"col\">{Name($"{path}.{column}")}</th>")));
        var rows = Html.Join(list.Select(element => Html.Of($"<tr>{Html.Join(columns.Select(column => Html.Of($"<td>{Cell(element!.AsObject(), column)}</td>")))}</tr>")));
        return Html.Of($"<table class=\"inner\"><caption>{Name(path)}</caption><thead><tr>{header}</tr></thead><tbody>{rows}</tbody></table>");

        Html Cell(JsonObject row, string column) => row.TryGetPropertyValue(column, out var value) ? Of(value, $"{path}.{column}", depth + 1) : PageText.Note(NotGiven);
    }
}
