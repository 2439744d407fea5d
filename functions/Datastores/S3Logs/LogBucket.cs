using System.IO.Compression;
using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using ServerlessGdpr.Functions.Datastores.Aws;

namespace ServerlessGdpr.Functions.Datastores.S3Logs;

/// <param name="Readable">Its name says that it holds JSON lines, or it holds nothing.</param>
internal sealed record LogObject(DateOnly Day, string Key, bool Readable);

/// <summary>The bucket of logs, called with patience.</summary>
internal sealed class LogBucket(IAmazonS3 client, string name, string prefix, AwsCalls calls)
{
    private const string Gzip = ".gz", StrictValidation = "System.IO.Compression.UseStrictValidation";
    private static readonly string[] JsonLines = [".jsonl", ".json", ".log"];

    /// <summary>The objects of days, in order.</summary>
    /// <param name="after">Of the first day, only what comes behind this key.</param>
    public async IAsyncEnumerable<LogObject> ListAsync(
        DateOnly from, DateOnly until, string? after, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken deadline)
    {
        for (var day = from; day <= until; (day, after) = (day.AddDays(1), null))
        {
            ListObjectsV2Response page;
            do
            {
                page = await ListAsync(LogPrefix.Of(prefix, day), after, deadline);
                foreach (var found in page.S3Objects ?? [])
                {
                    after = page.Encoding == EncodingType.Url ? WebUtility.UrlDecode(found.Key) : found.Key;
                    yield return new LogObject(day, after, found.Size == 0 || IsReadable(after));
                }
            }
            while (page.IsTruncated == true);
        }
    }

    /// <summary>Its content without compression; null where the object is gone by now.</summary>
    public async Task<Stream?> OpenAsync(string key, CancellationToken deadline)
    {
        var request = new GetObjectRequest { BucketName = name, Key = key };
        var answer = await calls.CallAsync(() => GoneOrAsync(() => client.GetObjectAsync(request, deadline)), deadline);
        if (answer is null) return null;

        // Some writers say only here that they compress.
        var zipped = key.EndsWith(Gzip, StringComparison.Ordinal) || answer.Headers.ContentEncoding?.Contains("gzip", StringComparison.OrdinalIgnoreCase) == true;
        return zipped ? Unzip(new DatastoreStream(answer.ResponseStream)) : new DatastoreStream(answer.ResponseStream);
    }

    private static GZipStream Unzip(Stream content) => AppContext.TryGetSwitch(StrictValidation, out var strict) && strict
        ? new GZipStream(content, CompressionMode.Decompress)
        : throw new InvalidOperationException($"{StrictValidation} is off: content that is cut off would pass for whole.");

    private static bool IsReadable(string key)
    {
        var plain = key.EndsWith(Gzip, StringComparison.Ordinal) ? key[..^Gzip.Length] : key;
        return JsonLines.Any(ending => plain.EndsWith(ending, StringComparison.Ordinal));
    }

    private static async Task<T?> GoneOrAsync<T>(Func<Task<T>> call)
        where T : class
    {
        try
        {
            return await call();
        }
        catch (AmazonS3Exception gone) when (gone.ErrorCode is "NoSuchKey")
        {
            return null;
        }
    }

    private async Task<ListObjectsV2Response> ListAsync(string dayPrefix, string? after, CancellationToken deadline)
    {
        var request = new ListObjectsV2Request { BucketName = name, Prefix = dayPrefix, StartAfter = after, Encoding = EncodingType.Url };
        return await calls.CallAsync(() => client.ListObjectsV2Async(request, deadline), deadline);
    }
}
