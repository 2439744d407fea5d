using System.Net;
using ServerlessGdpr.Local.CloudTrail;
using ServerlessGdpr.Local.StepFunctions.History;

namespace ServerlessGdpr.Local.Commands;

/// <summary>Keeps a local cloud up until it is told to stop.</summary>
internal static class ServeCommand
{
    public static async Task<int> RunAsync(int port, bool seed, IReadOnlyList<string> lostSources, string? functionCode, CancellationToken cancellation)
    {
        if (port is < IPEndPoint.MinPort or > IPEndPoint.MaxPort) throw new InputError($"--port must be between {IPEndPoint.MinPort} and {IPEndPoint.MaxPort}.");
        var log = RunLog.Create(TimeProvider.System);
        await using var session = await LocalSession.StartAsync(new SessionOptions(port, seed, functionCode), log, cancellation);
        foreach (var source in lostSources) session.Cloud.Get<RestoreAnnouncements>().Suppress(source);
        using var progress = ProgressView.Start(session.Cloud.Get<ExecutionFeed>(), log);
        log.Raw($"ready {LocalSession.Address(session.Cloud)}");
        var stopped = new TaskCompletionSource();
        await using (cancellation.Register(stopped.SetResult)) await stopped.Task;
        log.Line("Stopping");
        return 0;
    }
}
