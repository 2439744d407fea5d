using System.Text;
using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>A datastore's section of the page, with the records it shows.</summary>
internal sealed record PageSection(BundleSection Section, SectionSource Source)
{
    public string Id => $"data-{Section.Task.Datastore}";

    public string Title => Section.Entry?.Processing.Title ?? Section.Task.Datastore;
}

/// <summary>index.html: for the person, and for printing. One file with nothing to load and nothing to run.</summary>
internal sealed class Page(BundleContent content, IReadOnlyList<PageSection> sections)
{
    private const string Title = "Your personal data";

    public async Task WriteAsync(Stream target, CancellationToken cancellation)
    {
        await using var page = new StreamWriter(target, new UTF8Encoding(false), leaveOpen: true);
        await page.WriteAsync(Head());
        await page.WriteAsync(new PageSummary(content, sections).Write());
        foreach (var section in sections) await PageDatastore.WriteAsync(section, page, cancellation);
        await page.WriteAsync(PageRights.Write(content.Controller));
        await page.WriteAsync($"</main>\n<footer><p>Packed on {Html.Date(content.PackagedAt)} for request {Html.Text(content.SubjectRequestId)}. "
            + "manifest.json lists every file of this bundle with its SHA-256, by which you can tell that none was changed.</p></footer>\n</body>\n</html>\n");
        await page.FlushAsync(cancellation);
    }

    private string Head() => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="referrer" content="no-referrer">
        <title>{Title} – {Html.Text(content.Controller.Name)}</title>
        <style>{PageStyle.Css}</style>
        </head>
        <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header><p>{Html.Text(content.Controller.Name)}</p><h1>{Title}</h1></header>
        <nav aria-label="Contents"><ul>
        <li><a href="#summary">Summary</a></li>
        {string.Join('\n', sections.Select(section => $"<li><a href=\"#{section.Id}\">{Html.Text(section.Title)}</a></li>"))}
        <li><a href="#rights">Your rights</a></li>
        </ul></nav>
        <main id="main">

        """;
}
