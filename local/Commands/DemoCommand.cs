using ServerlessGdpr.Local.Demo;
using ServerlessGdpr.Local.StepFunctions.History;

namespace ServerlessGdpr.Local.Commands;

/// <summary>
/// Gives one person of a small shop their data, erases them, restores a backup that brings them back, and checks every promise that can be checked from outside.
/// </summary>
internal static class DemoCommand
{
    private const string Access = "events/access-requested.json", Erasure = "events/erasure-requested.json";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public static async Task<int> RunAsync(string? functionCode, bool json, CancellationToken cancellation)
    {
        var log = RunLog.Create(TimeProvider.System);
        await using var session = await LocalSession.StartAsync(new SessionOptions(0, Seed: true, functionCode), log, cancellation);
        var checks = await DemoChecks.PrepareAsync(session, log, cancellation);
        var restore = await RestoreDemo.BackUpAsync(session, log, cancellation);
        var requests = new Requests(session, log);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Limit);

        IReadOnlyList<SentEvent> asked, sent;
        IReadOnlyList<CheckResult> given, restored;
        using (ProgressView.Start(session.Cloud.Get<ExecutionFeed>(), log))
        {
            asked = await requests.SendAsync(EventFile.ReadAll([session.Repository.Resolve(Access)]), cancellation);
            await UntilEndAsync(requests, asked, limit.Token, cancellation);
            given = await new AccessDemo(session, log).FetchAsync(asked[0], requests.Results(asked)[0], cancellation);
            sent = await requests.SendAsync(EventFile.ReadAll([session.Repository.Resolve(Erasure)]), cancellation);
            await UntilEndAsync(requests, sent, limit.Token, cancellation);
            restored = await RestoreAsync(restore, limit.Token, cancellation);
        }

        log.Line("Checking every promise against the stores themselves");
        var results = requests.Results(sent);
        IReadOnlyList<CheckResult> held = [.. given, .. await checks.RunAsync(results, limit.Token), .. restored];
        var result = new RunResult(held.All(check => check.Ok), [.. requests.Results(asked), .. results], held);
        ResultView.Print(result, log);
        var file = Path.Combine(session.Repository.LocalDirectory, "result.json");
        await result.WriteAsync(file, cancellation);
        log.Line($"Result: {file}");
        if (json) log.Raw(result.ToLine());
        return result.Ok ? 0 : 1;
    }

    /// <summary>A run that does not end is told by its checks, not by an exception.</summary>
    private static async Task UntilEndAsync(Requests requests, IReadOnlyList<SentEvent> sent, CancellationToken limit, CancellationToken cancellation)
    {
        try
        {
            await requests.UntilAnsweredAsync(sent, toTheEnd: true, limit);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The limit has passed.
        }
    }

    private static async Task<IReadOnlyList<CheckResult>> RestoreAsync(RestoreDemo restore, CancellationToken limit, CancellationToken cancellation)
    {
        try
        {
            return await restore.RunAsync(limit);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return [new("a restored backup is cleaned in time", Ok: false)];
        }
    }
}
