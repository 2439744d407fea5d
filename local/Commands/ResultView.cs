using Spectre.Console;

namespace ServerlessGdpr.Local.Commands;

/// <summary>The end of a run, for people.</summary>
internal static class ResultView
{
    public static void Print(RunResult result, RunLog log)
    {
        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumns("Request", "Status", "Datastore", "Kind", "Outcome");
        foreach (var number in (string[])["Found", "Erased", "Remaining"]) table.AddColumn(new TableColumn(number).RightAligned());
        foreach (var request in result.Requests)
        {
            if (request.Datastores.Count == 0) table.AddRow(Cells(request.Id, request.Status, "", "", "", "", "", ""));
            foreach (var store in request.Datastores)
            {
                table.AddRow(Cells(request.Id, request.Status, store.Target ?? store.Name, store.Kind ?? "", store.Outcome, $"{store.Found}", $"{store.Erased}", $"{store.Remaining}"));
            }
        }

        log.Console.Write(table);
        foreach (var request in result.Requests)
        {
            foreach (var reason in request.Reasons ?? []) log.Line($"{request.Id}  {request.Status}: {string.Join(' ', (string[])[reason.Field, reason.Message])} ({reason.Code})", "red");
        }

        foreach (var check in result.Checks) log.Line($"{(check.Ok ? "held  " : "BROKEN")}  {check.Name}", check.Ok ? "green" : "red");
    }

    private static string[] Cells(params string[] texts) => [.. texts.Select(text => text.EscapeMarkup())];
}
