using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>One datastore on the page: what it is for (Art. 15(1) and (2)), and the records.</summary>
internal sealed class PageDatastore(PageSection section)
{
    /// <summary>More records, or more text, no one reads on a page; the data has all of it.</summary>
    private const int MaxRecords = 1000, MaxCharacters = 2 * 1024 * 1024;

    public async Task WriteAsync(TextWriter page, CancellationToken cancellation)
    {
        await page.WriteAsync(Html.Of($"<section aria-labelledby=\"{section.Id}\"><h2 id=\"{section.Id}\">{section.Title}</h2>\n<p>{Finding()}</p>\n").Markup);
        if (section.HasRecords) await WriteRecordsAsync(page, cancellation);
        if (section.Source.Section.Entry is { } entry && section.Task.Outcome != Outcomes.NotFound) await page.WriteAsync(Processing(entry.Processing).Markup);
        await page.WriteAsync("</section>\n");
    }

    private string Finding() => section.Task switch
    {
        { Outcome: Outcomes.Exported } => $"What was found about you: {section.Finding}.",
        { Outcome: Outcomes.NotFound } => section.Unread is null ? "Nothing is held about you here." : "Nothing was found about you here. Not all could be read: the summary says more.",
        { Outcome: Outcomes.Unreachable } => "This was not searched. The summary says why.",
        _ => "This is not included. The summary says why.",
    };

    private async Task WriteRecordsAsync(TextWriter page, CancellationToken cancellation)
    {
        var shown = await ShownAsync(cancellation);
        await page.WriteAsync(Html.Of($"<h3>What is held <span class=\"hidden\">in: {section.Title}</span></h3>\n{Notes(shown.Count)}").Markup);
        foreach (var piece in new RecordList(section.Title, new FieldNames(section.Source.Section), shown).Pieces()) await page.WriteAsync(piece.Markup);
    }

    private async Task<List<ExportedRecord>> ShownAsync(CancellationToken cancellation)
    {
        var shown = new List<ExportedRecord>();
        var characters = 0;
        await foreach (var record in section.Source.RecordsAsync(cancellation))
        {
            characters += record.Data.ToJsonString().Length;
            if (shown.Count == MaxRecords || (shown.Count > 0 && characters > MaxCharacters)) break;
            shown.Add(record);
        }

        return shown;
    }

    private Html Notes(int shown)
    {
        var (found, redacted) = (section.Task.Found, section.Task.Redacted);
        var shortened = shown >= found ? Html.None : Html.Of(
            $"<p>Here are the first {shown} of {PageText.Count(found, "record", "records")}. All of them are in <a href=\"{PageText.Link(section.Source.DataPath)}\">{section.Source.DataPath}</a>.</p>\n");
        var leftOut = redacted == 0 ? Html.None : Html.Of($"<p>{PageText.Count(redacted, "value was", "values were")} left out here because {(redacted == 1 ? "it is" : "they are")} about other people.</p>\n");
        return Html.Of($"{shortened}{leftOut}");
    }

    private Html Processing(Processing processing) => Html.Of($"""
        <h3>Why and how it is used <span class="hidden">: {section.Title}</span></h3>
        <dl class="facts">
        {Fact("What it is used for", processing.Purposes)}
        {Fact("What kind of data it is", processing.Categories)}
        {Fact("Who else receives it", processing.Recipients)}
        {Fact("How long it is kept", [processing.Retention])}
        {Fact("Where it comes from", [processing.Source])}
        {Fact("Decisions made by machines alone", [processing.AutomatedDecisions])}
        {Fact("Transferred outside the European Economic Area", [processing.Transfers ?? "No"])}
        </dl>

        """);

    private static Html Fact(string name, IReadOnlyList<string> texts) => texts.Count == 1
        ? Html.Of($"<div><dt>{name}</dt><dd>{texts[0]}</dd></div>")
        : Html.Of($"<div><dt>{name}</dt><dd><ul>{Html.Join(texts.Select(text => Html.Of($"<li>{text}</li>")))}</ul></dd></div>");
}
