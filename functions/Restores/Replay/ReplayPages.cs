using System.Text.Json;
using Amazon.S3;
using Amazon.S3.Model;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Restores.Replay;

/// <summary>The pages that a replay's map reads, and the results that it writes: objects in a bucket of their own that expire. References and counts only.</summary>
public sealed class ReplayPages(IAmazonS3 s3, string bucket)
{
    public static string ResultPrefix(string page) => $"results/{page}";

    /// <summary>One batch a line. Writing the same page again puts it in the place of the first.</summary>
    public async Task<ObjectLocation> WriteAsync(string page, IEnumerable<ReplayBatch> batches, CancellationToken cancellation)
    {
        using var lines = new MemoryStream();
        foreach (var batch in batches)
        {
            JsonSerializer.Serialize(lines, batch, FunctionsJson.Default.ReplayBatch);
            lines.WriteByte((byte)'\n');
        }

        lines.Position = 0;
        var key = $"pages/{page}.jsonl";
        await s3.PutObjectAsync(
            new PutObjectRequest { BucketName = bucket, Key = key, InputStream = lines, AutoCloseStream = false, ContentType = "application/x-ndjson" }, cancellation);
        return new ObjectLocation(bucket, key);
    }

    /// <summary>What became of a page's batches; a batch whose execution ended without a result counts as failed.</summary>
    /// <param name="manifest">Of the map's result writer.</param>
    public async Task<ReplayCounts> ReadResultsAsync(ObjectLocation manifest, CancellationToken cancellation)
    {
        var files = await ReadAsync(manifest.Key, stream => JsonSerializer.DeserializeAsync(stream, ResultsJson.Default.ResultManifest, cancellation), cancellation);
        var counts = new ReplayCounts();
        foreach (var (status, file) in files!.ResultFiles.SelectMany(group => group.Value.Select(file => (group.Key, file))))
            counts = await AddAsync(counts, file.Key, succeeded: status == "SUCCEEDED", cancellation);
        return counts;
    }

    private async Task<ReplayCounts> AddAsync(ReplayCounts counts, string key, bool succeeded, CancellationToken cancellation) => await ReadAsync(
        key,
        async stream =>
        {
            await foreach (var child in JsonSerializer.DeserializeAsyncEnumerable(stream, ResultsJson.Default.ChildResult, cancellation))
            {
                var result = succeeded && child?.Output is { } output ? JsonSerializer.Deserialize(output, FunctionsJson.Default.BatchResult) : null;
                counts = result is { Failed: false }
                    ? (counts with
                    {
                        Erased = counts.Erased + result.Erased,
                        Remaining = counts.Remaining + result.Remaining,
                        Newer = counts.Newer + result.Newer,
                        Unproven = counts.Unproven + result.Unproven,
                    }).AddExempt(result.IsTakenUp ? 0 : result.Exempt, result.ExemptUntil)
                    : counts with { FailedBatches = counts.FailedBatches + 1, Erased = counts.Erased + (result is null ? 0 : result.Erased + result.ErasedBefore.Sum()) };
            }

            return counts;
        },
        cancellation);

    private async Task<T> ReadAsync<T>(string key, Func<Stream, ValueTask<T>> read, CancellationToken cancellation)
    {
        using var answer = await s3.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = key }, cancellation);
        return await read(answer.ResponseStream);
    }
}
