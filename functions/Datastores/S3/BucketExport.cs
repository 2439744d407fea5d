using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.S3.Model;
using ServerlessGdpr.Functions.Datastores.Aws;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Datastores.S3;

/// <summary>Hands over every version that holds data. Several are copied at once; their records follow in the bucket's order.</summary>
internal sealed class BucketExport(Bucket bucket, AwsCalls calls, IExportSink sink)
{
    private const int CopiesAtOnce = 6, Attempts = 3;

    public async Task<string?> PageAsync(ObjectKeys keys, string? page, Action<string> behind, CancellationToken deadline)
    {
        var from = page is null ? new BucketPosition(Uploads: false, Key: null, Id: null) : JsonSerializer.Deserialize(page, FunctionsJson.Default.BucketPosition)!;
        var listed = await bucket.ListAsync(keys, from.Key, from.Id, deadline);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(deadline);
        var copies = new Queue<Copy>();
        try
        {
            foreach (var entry in listed.Entries.Where(entry => !entry.IsMarker))
            {
                if (copies.Count == CopiesAtOnce) await HandOverAsync(copies.Dequeue(), behind);
                deadline.ThrowIfCancellationRequested();
                copies.Enqueue(new Copy(entry, CopyAsync(entry, stop.Token)));
            }

            while (copies.TryDequeue(out var copy)) await HandOverAsync(copy, behind);
        }
        finally
        {
            await stop.CancelAsync();
            foreach (var copy in copies) await ((Task)copy.Record).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return listed.IsLast ? null : Position(listed.NextKey, listed.NextVersion);
    }

    private async Task HandOverAsync(Copy copy, Action<string> behind)
    {
        // A record whose file is there is handed over, whatever the time: the position is behind it then.
        if (await copy.Record is { } record) await sink.WriteAsync(record.Data, record.File, CancellationToken.None);
        behind(Position(copy.Entry.Key, copy.Entry.Version));
    }

    /// <returns>Null where the version was deleted meanwhile.</returns>
    private async Task<Record?> CopyAsync(Entry entry, CancellationToken deadline)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var answer = await bucket.OpenAsync(entry, deadline);
                if (answer is null) return null;
                await using var content = new DatastoreStream(answer.ResponseStream);
                var file = await sink.WriteFileAsync(NameOf(entry.Key), answer.Headers.ContentType, content, deadline);
                return new Record(Data(entry, answer), file);
            }
            catch (TransientFailure broken) when (attempt < Attempts)
            {
                await calls.PauseAsync(attempt, broken, deadline);
            }
        }
    }

    private static JsonObject Data(Entry entry, GetObjectResponse answer)
    {
        var data = new JsonObject
        {
            ["key"] = entry.Key,
            ["version"] = entry.Version,
            ["lastModified"] = answer.LastModified?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["size"] = answer.ContentLength,
            ["contentType"] = answer.Headers.ContentType,
            ["isLatest"] = entry.IsLatest,
        };
        if (answer.Headers.ContentEncoding is { Length: > 0 } encoding) data["contentEncoding"] = encoding;
        if (answer.Headers.ContentDisposition is { Length: > 0 } disposition) data["contentDisposition"] = disposition;
        if (answer.Metadata.Count == 0) return data;

        const string prefix = "x-amz-meta-";
        data["metadata"] = new JsonObject(answer.Metadata.Keys.Order(StringComparer.Ordinal)
            .Select(key => KeyValuePair.Create<string, JsonNode?>(key.StartsWith(prefix, StringComparison.Ordinal) ? key[prefix.Length..] : key, answer.Metadata[key])));
        return data;
    }

    private static string NameOf(string key) => key.Split('/', StringSplitOptions.RemoveEmptyEntries) is [.., var last] ? last : key;

    private static string Position(string? key, string? version) =>
        JsonSerializer.Serialize(new BucketPosition(Uploads: false, key, version), FunctionsJson.Default.BucketPosition);

    private sealed record Copy(Entry Entry, Task<Record?> Record);

    private sealed record Record(JsonObject Data, ExportedFile File);
}
