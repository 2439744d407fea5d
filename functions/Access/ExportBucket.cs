using Amazon.S3;
using Amazon.S3.Model;

namespace ServerlessGdpr.Functions.Access;

/// <summary>The export bucket as the workflow's own functions see it.</summary>
public sealed class ExportBucket(IAmazonS3 s3, string name)
{
    /// <summary>S3: at most 1,000 keys are listed, and deleted, at once.</summary>
    private const int PageKeys = 1000;

    public string LocationOf(string key) => $"s3://{name}/{key}";

    /// <summary>Removes what a datastore exported for a request. What is interrupted goes on with what is left.</summary>
    public async Task RemovePartsAsync(string datastore, string requestId, CancellationToken cancellation)
    {
        var list = new ListObjectsV2Request { BucketName = name, Prefix = ExportKeys.Request(datastore, requestId), MaxKeys = PageKeys };
        while (await s3.ListObjectsV2Async(list, cancellation) is { S3Objects: { Count: > 0 } found })
        {
            var delete = new DeleteObjectsRequest { BucketName = name, Quiet = true, Objects = [.. found.Select(one => new KeyVersion { Key = one.Key })] };

            // It throws when a single one could not be deleted.
            await s3.DeleteObjectsAsync(delete, cancellation);
        }
    }

    /// <summary>A link with which anybody can get the object until then, or until this function's credentials end.</summary>
    public Task<string> LinkAsync(string key, string fileName, DateTimeOffset until) => s3.GetPreSignedURLAsync(new GetPreSignedUrlRequest
    {
        BucketName = name,
        Key = key,
        Verb = HttpVerb.GET,
        Protocol = s3.Config.ServiceURL?.StartsWith("http:", StringComparison.Ordinal) is true ? Protocol.HTTP : Protocol.HTTPS,
        Expires = until.UtcDateTime,
        ResponseHeaderOverrides = new ResponseHeaderOverrides { ContentDisposition = $"attachment; filename=\"{fileName}\"", CacheControl = "no-store" },
    });
}
