using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Requests;

namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>What was erased before: whoever finds little should be told why.</summary>
internal sealed class PageErasures(BundleContent content)
{
    public Html Write() => content.Erasures.Count == 0 ? Html.None : Html.Of($"""
        <h3>What was erased before</h3>
        <table class="plain"><caption>Erasures that you asked for</caption>
        <thead><tr><th scope="col">You asked on</th><th scope="col">What became of it</th><th scope="col">Copies in backups</th></tr></thead><tbody>
        {Html.Join(content.Erasures.Select(Row))}</tbody></table>

        """);

    private Html Row(EarlierErasure erasure) =>
        Html.Of($"<tr><th scope=\"row\">{PageText.Day(erasure.SubmittedAt)}</th><td>{Result(erasure)}</td><td>{Backups(erasure)}</td></tr>\n");

    private Html Result(EarlierErasure erasure)
    {
        if (erasure.Status is not (RequestStatuses.Completed or RequestStatuses.PartiallyCompleted)) return Html.Of($"It is not finished yet.");
        var where = erasure.Outcomes.Where(outcome => outcome.Erased > 0).GroupBy(outcome => outcome.Datastore)
            .Select(outcomes => Html.Of($"<li>{TitleOf(outcomes.Key)}: {outcomes.Sum(outcome => outcome.Erased)}</li>")).ToList();
        var records = erasure.Outcomes.Sum(outcome => outcome.Erased);
        var kept = erasure.Status == RequestStatuses.PartiallyCompleted ? Html.Of($"<p>Not everything could be erased: something was kept, or could not be reached.</p>") : Html.None;
        return Html.Of($"<p>{PageText.Count(records, "record was", "records were")} erased{(where.Count > 0 ? ":" : ".")}</p>{(where.Count > 0 ? Html.Of($"<ul>{Html.Join(where)}</ul>") : Html.None)}{kept}");
    }

    private static Html Backups(EarlierErasure erasure) => erasure.BackupsExpireBy is { } day
        ? Html.Of($"The last one is gone by {PageText.Day(day)}.")
        : Html.Of($"Not known yet.");

    private string TitleOf(string datastore) => content.Sections.FirstOrDefault(section => section.Task.Datastore == datastore)?.Entry?.Processing.Title ?? datastore;
}
