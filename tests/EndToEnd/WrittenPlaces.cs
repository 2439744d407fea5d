using System.Globalization;
using System.Text;
using ServerlessGdpr.Local.CloudFormation;
using ServerlessGdpr.Local.Logs;
using ServerlessGdpr.Local.StepFunctions;
using Shouldly;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>Everything that the system has written anywhere, as text to search.</summary>
internal static class WrittenPlaces
{
    /// <summary>No queue holds anything any more, or this fails: what is in one could not be looked at.</summary>
    public static async Task<IReadOnlyList<(string Place, string Text)>> OfAsync(DeployedSystem live, CancellationToken cancellation)
    {
        var written = new List<(string, string)>();
        foreach (var run in live.Cloud.Get<StateMachines>().All.SelectMany(machine => live.Cloud.Get<Executions>().Of(machine.Arn)))
        {
            written.Add(("execution", Readable($"{run.Name} {run.Input} {run.Standing.Output} {run.Standing.Error} {run.Standing.Cause}")));
            written.AddRange(run.History.Events.Select(happened => ("execution", Readable(happened.ToJson(withData: true).ToJsonString()))));
        }

        written.AddRange(live.Cloud.Get<LogStore>().Groups.SelectMany(group => group.Lines).Select(line => ("log", Readable(line.Text))));
        written.AddRange(live.StatusEvents.Select(detail => ("status event", Readable(detail.ToJsonString()))));
        written.AddRange((await live.Stores.RequestRowsAsync(cancellation)).Select(row => ("requests", Readable($"{row.Key} {row.Content}"))));
        written.AddRange((await live.Stores.VaultItemsAsync(cancellation)).Select(item => ("vault", Readable($"{item.Key} {item.Content}"))));
        written.AddRange((await live.Stores.LedgerItemsAsync(cancellation)).Select(item => ("ledger", Readable($"{item.Key} {item.Content}"))));
        written.AddRange((await live.Stores.EvidenceAsync(cancellation)).Select(item => ("evidence", Readable($"{item.Key} {item.Content}"))));
        // What was exported is the person's; where it lies is ours.
        written.AddRange((await live.Stores.VersionsAsync(live.Stores.Exports, cancellation)).Select(item => ("export key", Readable(item.Key))));
        written.AddRange((await live.Stores.VersionsAsync(live.Stores.Pages, cancellation)).Select(item => ("pages", Readable($"{item.Key} {item.Content}"))));
        foreach (var queue in live.Cloud.Get<Deployments>().OfType("AWS::SQS::Queue"))
            (await live.CountMessagesAsync(queue, cancellation)).ShouldBe(0, queue.LogicalId);
        return written;
    }

    /// <summary>With JSON's escapes undone, so that they hide nothing.</summary>
    private static string Readable(string text)
    {
        var readable = new StringBuilder(text);
        for (var at = text.LastIndexOf("\\u", StringComparison.Ordinal); at >= 0; at = at == 0 ? -1 : text.LastIndexOf("\\u", at - 1, StringComparison.Ordinal))
        {
            if (at + 6 > text.Length || !int.TryParse(text.AsSpan(at + 2, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var code)) continue;
            readable.Remove(at, 6).Insert(at, (char)code);
        }

        return readable.ToString();
    }
}
