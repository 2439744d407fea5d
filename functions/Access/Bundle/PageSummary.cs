using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>The top of the page: what was found where, what is missing and why, and what was erased before.</summary>
internal sealed class PageSummary(BundleContent content, IReadOnlyList<PageSection> sections)
{
    public Html Write() => Html.Of($"""
        <section aria-labelledby="summary"><h2 id="summary">Summary</h2>
        {Findings()}{Missing()}{LeftOut()}{new PageErasures(content).Write()}
        <h3>About this copy</h3>
        <dl class="facts">
        <div><dt>Who is responsible for your data</dt><dd>{content.Controller.Name}, {content.Controller.Contact}</dd></div>
        <div><dt>You asked on</dt><dd>{PageText.Day(content.SubmittedAt)}</dd></div>
        <div><dt>This copy was made on</dt><dd>{PageText.Moment(content.PackagedAt)}</dd></div>
        <div><dt>You can get it until</dt><dd>{PageText.Moment(content.ExpiresAt)}</dd></div>
        <div><dt>Number of your request</dt><dd>{content.SubjectRequestId}</dd></div>
        </dl>
        <p>{Folders()} Keep all of it somewhere safe: it is about you.</p></section>

        """);

    private Html Findings()
    {
        var nothing = sections.All(section => section.Task.Found == 0)
            ? Html.Of($"<p class=\"box\"><strong>Nothing about you was found</strong> under the details that you gave.</p>\n")
            : Html.None;
        var rows = sections.Select(section => Html.Of(
            $"<tr><th scope=\"row\"><a href=\"#{section.Id}\">{section.Title}</a></th><td>{section.Finding}</td></tr>\n"));
        return Html.Of($"""
            {nothing}<table class="plain"><caption>What was found, and where</caption>
            <thead><tr><th scope="col">Where</th><th scope="col">Result</th></tr></thead><tbody>
            {Html.Join(rows)}</tbody></table>

            """);
    }

    private Html Missing()
    {
        var missing = sections.Where(section => !section.IsSearched || section.Unread is not null)
            .Select(section => Html.Of($"<li><strong>{section.Title}</strong>: {Why(section)}</li>\n")).ToList();
        return missing.Count == 0 ? Html.None : Html.Of($"""
            <div class="box"><p><strong>{(sections.All(section => section.IsSearched) ? "Not everything could be read:" : "This bundle is not complete:")}</strong></p><ul>
            {Html.Join(missing)}</ul><p>Ask {content.Controller.Name} about it: {content.Controller.Contact}.</p></div>

            """);
    }

    private static string Why(PageSection section) => section.IsSearched
        ? $"{section.Unread} could not be read, and may be about you."
        : section.Task.Outcome == Outcomes.Unreachable
            ? $"it could not be searched with the details that you gave. It needs one of these: {string.Join(", ", section.Task.Needs.Select(need => need.Replace('_', ' ')))}."
            : $"it was left out by a decision, for this reason: {(section.Task.Reason ?? "none given").Replace('_', ' ')}.";

    private Html LeftOut()
    {
        var values = sections.Sum(section => section.Task.Redacted);
        return values == 0 ? Html.None : Html.Of(
            $"<p>{PageText.Count(values, "value", "values")} about other people {(values == 1 ? "was" : "were")} left out, to protect them (Art. 15(4) GDPR). This page says where.</p>\n");
    }

    private Html Folders() => Html.Of(
        $"The folder <code>data</code> has the same records for programs{(sections.Any(section => section.Task.Files > 0) ? Html.Of($", and the folder <code>files</code> has your files") : Html.None)}.");
}
