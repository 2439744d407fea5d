using System.Text;
using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>One datastore on the page: what it is for (Art. 15(1)), and the records.</summary>
internal static class PageDatastore
{
    /// <summary>More records, or more text, no one reads on a page; the data has all of it.</summary>
    private const int MaxRecords = 1000, MaxCharacters = 2 * 1024 * 1024;

    public static async Task WriteAsync(PageSection section, TextWriter page, CancellationToken cancellation)
    {
        await page.WriteAsync($"<section aria-labelledby=\"{section.Id}\"><h2 id=\"{section.Id}\">{Html.Text(section.Title)}</h2>\n<p>{Sentence(section)}</p>\n");
        if (section.Section.Entry is { } entry) await page.WriteAsync(Processing(section.Title, entry.Processing));
        if (section.Source.HasRecords) await WriteRecordsAsync(section, page, cancellation);
        await page.WriteAsync("</section>\n");
    }

    private static string Sentence(PageSection section)
    {
        var finding = PageSummary.Finding(section.Section.Task);
        return char.ToUpperInvariant(finding[0]) + finding[1..] + ".";
    }

    private static string Processing(string title, Processing processing)
    {
        var html = new StringBuilder();
        html.Append("<table class=\"record\"><caption>").Append(Html.Text($"{title}: why and how it is used")).Append("</caption><tbody>");
        Row("What it is used for", processing.Purposes);
        Row("What kind of data it is", processing.Categories);
        Row("Who else receives it", processing.Recipients);
        Row("How long it is kept", [processing.Retention]);
        Row("Where it comes from", [processing.Source]);
        Row("Decisions made by machines", [processing.AutomatedDecisions]);
        if (processing.Transfers is { } transfers) Row("Transfers to other countries", [transfers]);
        return html.Append("</tbody></table>\n").ToString();

        void Row(string name, IReadOnlyList<string> texts)
        {
            html.Append("<tr><th scope=\"row\">").Append(name).Append("</th><td>");
            html.Append(texts.Count == 1 ? Html.Text(texts[0]) : $"<ul>{string.Concat(texts.Select(text => $"<li>{Html.Text(text)}</li>"))}</ul>");
            html.Append("</td></tr>");
        }
    }

    private static async Task WriteRecordsAsync(PageSection section, TextWriter page, CancellationToken cancellation)
    {
        var shown = new List<ExportedRecord>();
        var characters = 0;
        await foreach (var record in section.Source.RecordsAsync(cancellation))
        {
            characters += record.Data.ToJsonString().Length;
            if (shown.Count == MaxRecords || (shown.Count > 0 && characters > MaxCharacters)) break;
            shown.Add(record);
        }

        await page.WriteAsync($"<h3>What is held: {Html.Text(section.Title)}</h3>\n");
        if (shown.Count < section.Section.Task.Found)
            await page.WriteAsync($"<p>Here are the first {shown.Count} of {Html.Count(section.Section.Task.Found, "record", "records")}. All of them are in <a href=\"{Html.Link(section.Source.DataPath)}\">{section.Source.DataPath}</a>.</p>\n");
        await page.WriteAsync(new RecordTable(section.Title, new FieldNames(section.Section.Entry?.Export ?? new())).Write(shown));
    }
}
