using System.Text;

namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>Records on the page: one table with a row each, or, where they have many fields, a table for each record.</summary>
internal sealed class RecordTable(string title, FieldNames names)
{
    private const int MaxColumns = 6;

    public string Write(IReadOnlyList<ExportedRecord> records)
    {
        List<string> fields = [.. records.SelectMany(record => record.Data.Select(field => field.Key)).Distinct(StringComparer.Ordinal)];
        var html = new StringBuilder();
        if (fields.Count <= MaxColumns) WriteRows(html, records, fields);
        else foreach (var (index, record) in records.Index()) WriteOne(html, record, index + 1, records.Count);
        return html.ToString();
    }

    private void WriteRows(StringBuilder html, IReadOnlyList<ExportedRecord> records, List<string> fields)
    {
        html.Append("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"").Append(Html.Text(title)).Append("\"><table><caption>")
            .Append(Html.Text($"{title}: {Html.Count(records.Count, "record", "records")}")).Append("</caption><thead><tr>");
        foreach (var field in fields) html.Append("<th scope=\"col\">").Append(Html.Value(names.Of(field))).Append("</th>");
        html.Append("</tr></thead><tbody>");
        foreach (var record in records)
        {
            html.Append("<tr>");
            foreach (var field in fields)
            {
                html.Append("<td>");
                WriteValue(html, record, field);
                html.Append("</td>");
            }

            html.Append("</tr>\n");
        }

        html.Append("</tbody></table></div>\n");
    }

    private void WriteOne(StringBuilder html, ExportedRecord record, int number, int of)
    {
        html.Append("<table class=\"record\"><caption>").Append(Html.Text(of == 1 ? title : $"{title}: record {number} of {of}")).Append("</caption><tbody>");
        foreach (var (field, _) in record.Data)
        {
            html.Append("<tr><th scope=\"row\">").Append(Html.Value(names.Of(field))).Append("</th><td>");
            WriteValue(html, record, field);
            html.Append("</td></tr>");
        }

        html.Append("</tbody></table>\n");
    }

    private void WriteValue(StringBuilder html, ExportedRecord record, string field)
    {
        if (record.File is { } file && field == "file" && record.Data["file"]?.GetValue<string>() is { } path) ValueHtml.WriteFile(html, path, file.Size);
        else if (!record.Data.ContainsKey(field)) html.Append("<span class=\"note\">not given</span>");
        else new ValueHtml(names, record.Redacted).Write(html, record.Data[field], field);
    }
}
