using System.Text;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Erasure;
using ServerlessGdpr.Functions.Requests;

namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>The top of the page: what was found where, what is missing, and what was erased before.</summary>
internal sealed class PageSummary(BundleContent content, IReadOnlyList<PageSection> sections)
{
    public string Write()
    {
        var html = new StringBuilder();
        html.Append("<section aria-labelledby=\"summary\"><h2 id=\"summary\">Summary</h2>\n");
        html.Append($"<p>You asked {Html.Text(content.Controller.Name)} for your personal data on {Html.Date(content.SubmittedAt)}. This is what was held about you on {Html.Date(content.PackagedAt)}.</p>\n");
        WriteFindings(html);
        WriteMissing(html);
        WriteLeftOut(html);
        WriteErasures(html);
        html.Append("<p>The data itself, for programs, is in the folder <code>data</code>");
        if (sections.Any(section => section.Section.Task.Files > 0)) html.Append("; your files are in the folder <code>files</code>");
        html.Append($". This bundle can be had until {Html.Date(content.ExpiresAt)}; keep it somewhere safe, because it is about you.</p></section>\n");
        return html.ToString();
    }

    private void WriteFindings(StringBuilder html)
    {
        if (sections.All(section => section.Section.Task.Found == 0))
            html.Append("<p class=\"box\"><strong>Nothing about you was found</strong> under the details that you gave.</p>\n");
        html.Append("<table><caption>What was found</caption><thead><tr><th scope=\"col\">Where</th><th scope=\"col\">What</th></tr></thead><tbody>\n");
        foreach (var section in sections)
            html.Append($"<tr><th scope=\"row\"><a href=\"#{section.Id}\">{Html.Text(section.Title)}</a></th><td>{Finding(section.Section.Task)}</td></tr>\n");
        html.Append("</tbody></table>\n");
    }

    public static string Finding(ExportTask task) => task.Outcome switch
    {
        Outcomes.Exported when task.Files > 0 => $"{Html.Count(task.Found, "record", "records")}, with files",
        Outcomes.Exported => Html.Count(task.Found, "record", "records"),
        Outcomes.NotFound => "nothing held about you",
        Outcomes.Unreachable => "not searched",
        TaskOutcomes.Closed => "not included",
        _ => "not included",
    };

    private void WriteMissing(StringBuilder html)
    {
        var missing = sections.Where(section => section.Section.Task.Outcome is not (Outcomes.Exported or Outcomes.NotFound)).ToList();
        if (missing.Count == 0) return;
        html.Append("<div class=\"box\"><p><strong>This bundle is not complete:</strong></p><ul>\n");
        foreach (var section in missing) html.Append($"<li>{Html.Text(section.Title)}: {Why(section.Section.Task)}</li>\n");
        html.Append($"</ul><p>Ask {Html.Text(content.Controller.Contact)} about it.</p></div>\n");
    }

    private static string Why(ExportTask task) => task.Outcome == Outcomes.Unreachable
        ? $"it could not be searched with the details that you gave. It needs one of these: {Html.Text(string.Join(", ", task.Needs.Select(need => need.Replace('_', ' '))))}."
        : $"it was left out by a decision, for this reason: {Html.Text((task.Reason ?? "none given").Replace('_', ' '))}.";

    private void WriteLeftOut(StringBuilder html)
    {
        var values = sections.Sum(section => section.Section.Task.Redacted);
        if (values > 0)
            html.Append($"<p>{Html.Count(values, "value", "values")} about other people {(values == 1 ? "was" : "were")} left out, to protect them (Art. 15(4) GDPR). The tables say where.</p>\n");
    }

    private void WriteErasures(StringBuilder html)
    {
        if (content.Erasures.Count == 0) return;
        html.Append("<h3>What was erased before</h3><ul>\n");
        foreach (var erasure in content.Erasures) html.Append($"<li>{Erased(erasure)}</li>\n");
        html.Append("</ul>\n");
    }

    private static string Erased(EarlierErasure erasure)
    {
        var asked = $"Erasure that you asked for on {Html.Date(erasure.SubmittedAt)}: ";
        if (erasure.Status is not (RequestStatuses.Completed or RequestStatuses.PartiallyCompleted)) return $"{asked}it is not finished yet.";
        var records = Html.Count(erasure.Outcomes.Sum(outcome => outcome.Erased), "record was", "records were");
        var backups = erasure.BackupsExpireBy is { } day ? $" Backups that may still hold them are gone by {Html.Date(day)}." : "";
        var kept = erasure.Status == RequestStatuses.PartiallyCompleted ? " Something was kept, as the law allows." : "";
        return $"{asked}{records} erased.{kept}{backups}";
    }
}
