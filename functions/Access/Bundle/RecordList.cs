using System.Text.Json.Nodes;

namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>Records on the page: a table with a row for each where they are alike and plain, else one list of fields for each.</summary>
internal sealed class RecordList(string title, FieldNames names, IReadOnlyList<ExportedRecord> records)
{
    private const int MaxColumns = 6;

    public IEnumerable<Html> Pieces()
    {
        List<string> fields = [.. records.SelectMany(FieldsOf).Distinct(StringComparer.Ordinal).Take(MaxColumns + 1)];
        return records.Count > 1 && AreAlike(fields) ? Table(fields) : records.Select((record, index) => One(record, index + 1));
    }

    /// <summary>Few columns, plain values, and more of them than gaps.</summary>
    private bool AreAlike(List<string> fields) =>
        fields.Count <= MaxColumns
        && records.Sum(record => record.Data.Count) * 2 > records.Count * fields.Count
        && records.All(record => record.Data.All(field => field.Value is not (JsonObject or JsonArray)));

    private IEnumerable<Html> Table(List<string> fields)
    {
        var header = Html.Join(fields.Select(field => Html.Of($"<th scope=\"col\"><bdi>{names.Of(field)}</bdi></th>")));
        yield return Html.Of($"<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{title}: table\"><table><caption>{title}: {Number}</caption><thead><tr>{header}</tr></thead><tbody>\n");
        foreach (var record in records) yield return Html.Of($"<tr>{Html.Join(fields.Select(field => Html.Of($"<td>{Value(record, field)}</td>")))}</tr>\n");
        yield return Html.Of($"</tbody></table></div>\n");
    }

    private string Number => PageText.Count(records.Count, "record", "records");

    private Html One(ExportedRecord record, int number)
    {
        var heading = records.Count == 1 ? Html.None : Html.Of($"<h4>Record {number} of {records.Count}</h4>");
        var fields = FieldsOf(record).Select(field => Html.Of($"<div><dt><bdi>{names.Of(field)}</bdi></dt><dd>{Value(record, field)}</dd></div>"));
        return Html.Of($"{heading}<dl class=\"facts\">{Html.Join(fields)}</dl>\n");
    }

    /// <summary>A file first: it says more than all about it.</summary>
    private static IEnumerable<string> FieldsOf(ExportedRecord record) => record.Data.Select(field => field.Key).OrderByDescending(field => IsFile(record, field));

    private static bool IsFile(ExportedRecord record, string field) => record.File is not null && field == SectionSource.FileField;

    private Html Value(ExportedRecord record, string field)
    {
        if (!record.Data.TryGetPropertyValue(field, out var value)) return PageText.Note(ValueHtml.NotGiven);
        if (!IsFile(record, field)) return new ValueHtml(names, record.Redacted).Of(value, field);
        var path = value!.GetValue<string>();
        return Html.Of($"<a href=\"{PageText.Link(path)}\"><bdi>{path[(path.LastIndexOf('/') + 1)..]}</bdi></a> ({PageText.Size(record.File!.Size)})");
    }
}
