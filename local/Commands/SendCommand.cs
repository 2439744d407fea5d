using ServerlessGdpr.Local.StepFunctions.History;

namespace ServerlessGdpr.Local.Commands;

/// <summary>Starts the same cloud as the demo and gives it the caller's events.</summary>
internal static class SendCommand
{
    public static async Task<int> RunAsync(IReadOnlyList<string> files, bool wait, string? functionCode, bool json, CancellationToken cancellation)
    {
        var events = EventFile.ReadAll(files);
        var log = RunLog.Create(TimeProvider.System);
        await using var session = await LocalSession.StartAsync(new SessionOptions(0, Seed: true, functionCode), log, cancellation);
        var requests = new Requests(session, log);
        IReadOnlyList<SentEvent> sent;
        using (ProgressView.Start(session.Cloud.Get<ExecutionFeed>(), log))
        {
            sent = await requests.SendAsync(events, cancellation);
            await requests.UntilAnsweredAsync(sent, wait, cancellation);
        }

        var results = requests.Results(sent);
        var result = new RunResult(results.All(request => IsGood(request, wait)), results, []);
        ResultView.Print(result, log);
        if (json) log.Raw(result.ToLine());
        return result.Ok ? 0 : 1;
    }

    private static bool IsGood(RequestResult request, bool ended) => request.Status is "completed" or "cancelled" || (!ended && request.Status is "pending" or "in_progress");
}
