using System.Text;

namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>index.html: for the person, and for printing. One file with nothing to load and nothing to run.</summary>
internal sealed class Page(BundleContent content, IReadOnlyList<PageSection> sections)
{
    public const string Path = "index.html";

    public async Task WriteAsync(Stream target, CancellationToken cancellation)
    {
        await using var page = new StreamWriter(target, new UTF8Encoding(false), leaveOpen: true);
        await page.WriteAsync(Head().Markup);
        await page.WriteAsync(new PageSummary(content, sections).Write().Markup);
        await page.WriteAsync(PageRights.Of(content.Controller).Markup);
        foreach (var section in sections) await new PageDatastore(section).WriteAsync(page, cancellation);
        await page.WriteAsync(Foot().Markup);
        await page.FlushAsync(cancellation);
    }

    private Html Head() => Html.Of($"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="referrer" content="no-referrer">
        <meta name="robots" content="noindex">
        <title>Your personal data – {content.Controller.Name}</title>
        <style>{new Html(PageStyle.Css)}</style>
        </head>
        <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header><p>{content.Controller.Name}</p><h1>Your personal data</h1>
        <p>On {PageText.Day(content.SubmittedAt)} you asked {content.Controller.Name} for your personal data. This is what was held about you on {PageText.Day(content.PackagedAt)}.</p></header>
        <nav aria-label="Contents"><ul>
        <li><a href="#summary">Summary</a></li>
        <li><a href="#rights">Your rights</a></li>
        {Html.Join(sections.Select(section => Html.Of($"<li><a href=\"#{section.Id}\">{section.Title}</a></li>\n")))}</ul></nav>
        <main id="main" tabindex="-1">

        """);

    private Html Foot() => Html.Of($"""
        </main>
        <footer><p>Made on {PageText.Moment(content.PackagedAt)} for request {content.SubjectRequestId}. The file manifest.json lists every file with its SHA-256, by which you can tell that none was changed.</p></footer>
        </body>
        </html>

        """);
}
