using System.Security.Cryptography;
using System.Text;
using ServerlessGdpr.Local.Commands;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Logs;
using ServerlessGdpr.Local.StepFunctions;

namespace ServerlessGdpr.Local.Demo;

/// <summary>Searches everything the cloud keeps and everything that was printed, other than the shop's own stores, for a person.</summary>
internal sealed class IdentifierSearch(LocalSession session, RunLog log)
{
    private const string ShopStack = "ServerlessGdpr-DemoShop";

    /// <summary>What the person was given is there to name them.</summary>
    private const string ExportBucket = "ExportBucket";

    private readonly StoreReader reader = new(session.Clients);

    /// <returns>The places where the person was found. Vault and ledger are searched like the rest: only ciphertext may be there.</returns>
    public async Task<IReadOnlyList<string>> FindAsync(Identifiers identifiers, CancellationToken cancellation)
    {
        List<string> found = [];
        await foreach (var (place, text) in EverythingAsync(cancellation))
        {
            if (identifiers.AreIn(text)) found.Add(place);
        }

        return [.. found.Distinct()];
    }

    private async IAsyncEnumerable<(string Place, string Text)> EverythingAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var group in session.Cloud.Get<LogStore>().Groups)
        {
            foreach (var line in group.Lines) yield return ($"log group {group.Name}", line.Text);
        }

        foreach (var execution in session.Cloud.Get<StateMachines>().All.SelectMany(machine => session.Cloud.Get<Executions>().Of(machine.Arn)))
        {
            yield return ($"input of {execution.Name}", execution.Input);
            yield return ($"end of {execution.Name}", $"{execution.Standing.Output} {execution.Standing.Error} {execution.Standing.Cause}");
            foreach (var happened in execution.History.Events) yield return ($"history of {execution.Name}", happened.ToJson(withData: true).ToJsonString());
        }

        foreach (var envelope in session.Statuses.Envelopes) yield return ("status events", envelope);
        foreach (var line in log.Lines) yield return ("what was printed", line);
        foreach (var file in Directory.EnumerateFiles(session.Cloud.Get<DataDirectory>().Path, "*", SearchOption.AllDirectories))
        {
            var bytes = await ReadFileAsync(file, cancellation);
            if (!IsBundle(bytes)) yield return ($"file {Path.GetFileName(file)}", Encoding.Latin1.GetString(bytes));
        }

        foreach (var queue in session.Deployments.OfType("AWS::SQS::Queue").Where(queue => queue.Arn != session.Statuses.QueueArn))
        {
            foreach (var message in await DrainAsync(queue.Arn, cancellation)) yield return ($"queue {queue.LogicalId}", message);
        }

        foreach (var record in await StoresAsync(cancellation)) yield return ($"{record.Store} {record.Key}", $"{record.Key} {record.Content}");
    }

    private async Task<IEnumerable<StoredRecord>> StoresAsync(CancellationToken cancellation)
    {
        List<StoredRecord> records = [];
        foreach (var store in session.Deployments.Resources.Where(resource => resource.Stack != ShopStack && resource.LogicalId != ExportBucket))
        {
            if (store.Type == "AWS::DynamoDB::Table") records.AddRange(await reader.ReadTableAsync(store.Ref, cancellation));
            if (store.Type == "AWS::S3::Bucket") records.AddRange(await reader.ReadBucketAsync(store.Ref, cancellation));
        }

        return records;
    }

    private async Task<IReadOnlyList<string>> DrainAsync(string queueArn, CancellationToken cancellation)
    {
        List<string> bodies = [];
        while (await session.Cloud.Get<IQueues>().ReceiveAsync(queueArn, 10, TimeSpan.Zero, cancellation) is { Count: > 0 } messages) bodies.AddRange(messages.Select(message => message.Body));
        return bodies;
    }

    /// <summary>What a bucket holds lies in files of the cloud's, the bundle's content too.</summary>
    private bool IsBundle(byte[] bytes) =>
        Convert.ToHexStringLower(SHA256.HashData(bytes)) is var hash && session.Statuses.Events.Any(status => status.ResultsSha256 == hash);

    /// <summary>Files may be open for writing meanwhile.</summary>
    private static async Task<byte[]> ReadFileAsync(string file, CancellationToken cancellation)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, cancellation);
        return bytes.ToArray();
    }
}
